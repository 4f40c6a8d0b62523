#!/usr/bin/env bash
# get.sh: what a VMX host needs, kept in $EXITPROF_HOSTS or else ~/.cache/exitprof-hosts: a kernel with kvm-intel, busybox, a boot loader, a writer of CDs.
# Bochs and cpio are installed where they are missing and we are root; all else is unpacked into the cache and installed nowhere.
# Exit status: 0 everything is there; 77 it cannot be had here, with one sentence that says what is missing.
set -euo pipefail
source "$(dirname "$0")/cache.sh"

as_root() { [ "$(id -u)" = 0 ]; }

lists_read=
read_lists() { # once; a fresh container has no package lists
  [ -z "$lists_read" ] || return 0
  lists_read=1
  as_root && apt-get update -qq >/dev/null 2>&1 || true
}

install_missing() { # install_missing COMMAND PACKAGE...
  local command=$1; shift
  command -v "$command" >/dev/null && return 0
  command -v apt-get >/dev/null || cannot "$command is not on PATH; install it (Debian: $*)"
  as_root || cannot "$command is not on PATH; install it: apt-get install --no-install-recommends $*"
  read_lists
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$work/apt.log" 2>&1 ||
    cannot "apt-get install $* failed: $(grep -m1 '^E:' "$work/apt.log" || tail -1 "$work/apt.log")"
}

unpack() { # unpack FOLDER PACKAGE...: the packages' files, nothing installed
  local folder=$1; shift
  command -v apt-get >/dev/null || cannot "the packages $* come from Debian's archive, and there is no apt-get here"
  mkdir -p "$work/deb" "$folder"
  (
    cd "$work/deb"
    apt-get -o APT::Sandbox::User="$(id -un)" download "$@" >"$work/apt.log" 2>&1
  ) || cannot "apt-get download $* failed: $(grep -m1 '^E:' "$work/apt.log" || tail -1 "$work/apt.log")"
  local deb
  for deb in "$work"/deb/*.deb; do dpkg -x "$deb" "$folder"; done
  rm -r "$work/deb"
}

package_of_kernel() { # its real name changes with every update of Debian
  apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-6\.1\..*\)$/\1/p' | head -1
}

# Checking the signatures takes an emulated CPU long: loading the modules took 15 s under Bochs, and takes 5 s without. They come from a package that apt has checked.
cut_signature() { # cut_signature FILE: <linux/module_signature.h>: signature, its length in the last 4 of 12 bytes, then this line
  local line='~Module signature appended~' length
  [ "$(tail -c 28 "$1")" = "$line" ] || return 0
  length=$(tail -c 32 "$1" | head -c 4 | od -An -tx1 | tr -d ' \n')
  truncate -s -$((16#$length + 12 + 28)) "$1"
}

copy_modules() { # copy_modules FROM TO MODULE...: in the order they are to be loaded; those built into this kernel have no file
  local from=$1 to=$2 module order=10; shift 2
  mkdir -p "$to"
  for module; do
    if [ -f "$from/$module.ko" ]; then cp "$from/$module.ko" "$to/$order-${module##*/}.ko"
    elif [ -f "$from/$module.ko.xz" ]; then xz -dc "$from/$module.ko.xz" >"$to/$order-${module##*/}.ko"
    fi
    [ ! -f "$to/$order-${module##*/}.ko" ] || cut_signature "$to/$order-${module##*/}.ko"
    order=$((order + 1))
  done
}

make_kernel() { # make_kernel FOLDER: vmlinuz, and base.cpio with busybox and the modules that the host needs
  local folder=$1 package modules root
  command -v apt-cache >/dev/null || cannot "the host boots a kernel of Debian, and there is no apt-get here"
  package=$(package_of_kernel)
  [ -n "$package" ] || { read_lists; package=$(package_of_kernel); }
  [ -n "$package" ] || cannot "Debian's cloud kernel 6.1 is not in this machine's package lists"
  unpack "$work/kernel" "$package" busybox-static
  modules=$(echo "$work"/kernel/lib/modules/*/kernel)
  root=$work/root
  mkdir -p "$root/bin"
  cp "$work/kernel/bin/busybox" "$root/bin/"
  copy_modules "$modules" "$root/modules" virt/lib/irqbypass arch/x86/kvm/kvm arch/x86/kvm/kvm-intel drivers/scsi/scsi_common drivers/scsi/scsi_mod drivers/ata/libata drivers/ata/ata_piix drivers/scsi/sd_mod
  cp "$work"/kernel/boot/vmlinuz-* "$folder/vmlinuz"
  echo "$package" >"$folder/package"
  (cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$folder/base.cpio"
  rm -r "$work/kernel" "$root"
}

# Bochs loads no kernel by itself: isolinux does, from a CD that xorriso writes.
make_bochs() { unpack "$1" bochsbios vgabios isolinux syslinux-common xorriso libisoburn1 libisofs6 libburn4 libjte2; }

piece() { # piece NAME MAKER: built aside, put into place whole
  [ -d "$cache/$1" ] && return 0
  local made=$work/made
  mkdir "$made"
  echo "getting $1"
  "$2" "$made"
  mv "$made" "$cache/$1"
}

mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || cannot "the cache $cache cannot be written; name another in EXITPROF_HOSTS"
# Whoever holds the lock is the only one who builds, so what others left in there is a dead one's.
exec 9>"$cache/lock"
flock 9
rm -rf "$cache"/new.*
work=$(mktemp -d "$cache/new.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

install_missing cpio cpio
install_missing bochs bochs bochs-term
piece bochs make_bochs
piece $kernel make_kernel

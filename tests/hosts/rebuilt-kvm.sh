#!/usr/bin/env bash
# rebuilt-kvm.sh [ABI]: builds kvm.ko and kvm-amd.ko of Debian's kernel (6.1.0-57 by default) outside its tree, twice as they are and once with a loop of 201
# instructions in kvm_io_bus_write, and compares them in emulated hosts: the first two are the same, and the third differs by +201 in pio-search, in that
# function, and by 0 elsewhere. Needs apt, gcc of the kernel's version, make, xz and jq; fetches 155 MB (source and headers), which are unpacked and not installed.
# EXITPROF_KVM_WORK names a folder that is kept, packages and modules included; what is built there is not built again.
set -euo pipefail
cd "$(dirname "$0")/../.."
exitprof=${EXITPROF:-dotnet $PWD/src/ExitProf/bin/Release/net10.0/exitprof.dll}
abi=${1:-6.1.0-57}
version=${abi%.0-*}
if [ -n "${EXITPROF_KVM_WORK:-}" ]; then
  mkdir -p "$EXITPROF_KVM_WORK"
  work=$(realpath "$EXITPROF_KVM_WORK")
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
headers=$work/usr/src/linux-headers-$abi-cloud-amd64

unpack() { # headers with the tools that build by them, and of the source what KVM is made of
  [ ! -e "$work/unpacked" ] || return 0
  (
    cd "$work"
    # The source package is of the headers' version: a newer one may have a KVM of its own.
    package=linux-headers-$abi-cloud-amd64
    release=$(apt-cache show "$package" | sed -n 's/^Version: //p' | head -1)
    apt-get -qq -o APT::Sandbox::User=root download "$package" "linux-headers-$abi-common" "linux-kbuild-$version=$release" "linux-source-$version=$release"
    for file in linux-headers-*.deb linux-kbuild-*.deb; do dpkg-deb -x "$file" .; done
    # They look for each other below /usr/src and /usr/lib.
    sed -i "s,/usr/src,$work/usr/src," "$headers/Makefile"
    for link in scripts tools; do ln -sfn "$work/usr/lib/linux-kbuild-$version/$link" "usr/src/linux-headers-$abi-common/$link"; done
    dpkg-deb --fsys-tarfile linux-source-*.deb | tar -xOf - "./usr/src/linux-source-$version.tar.xz" | xz -dc |
      tar -xf - "linux-source-$version/arch/x86/kvm" "linux-source-$version/virt/kvm"
    touch unpacked
  )
}

build() { # NAME: modules in $work/NAME/modules
  local kvm=$work/$1/arch/x86/kvm
  mkdir -p "$work/$1/modules"
  # Headers have neither folder of KVM's; define_trace.h looks for ../../arch/x86/kvm/trace.h from two levels below the sources' top.
  mkdir -p "$work/$1/include/trace"
  # shellcheck disable=SC2016 # the dollars are make's
  sed -i 's,-I *$(srctree)/arch/x86/kvm,-I $(src) -I $(src)/../../../include/trace,; s,include $(srctree)/virt/kvm/Makefile.kvm,include $(src)/../../../virt/kvm/Makefile.kvm,
    s,^obj-$(CONFIG_KVM_INTEL).*,,' "$kvm/Makefile"
  make -s -C "$headers" M="$kvm" CONFIG_DEBUG_INFO= CONFIG_DEBUG_INFO_BTF= CONFIG_DEBUG_INFO_BTF_MODULES= -j"$(nproc)" modules >&2
  cp "$kvm/kvm.ko" "$kvm/kvm-amd.ko" "$work/$1/modules/"
}

source_of() { # NAME: a copy of the sources
  mkdir -p "$work/$1/arch/x86" "$work/$1/virt"
  cp -r "$work/linux-source-$version/arch/x86/kvm" "$work/$1/arch/x86/"
  cp -r "$work/linux-source-$version/virt/kvm" "$work/$1/virt/"
}

plant() { # a loop where the function begins: 3 + 2 * 99 instructions that leave every register as it was, so that the rest is compiled as before
  local file=$work/$1/virt/kvm/kvm_main.c
  # shellcheck disable=SC1003
  sed -i '/^int kvm_io_bus_write(/,/^}/ s/^\trange = /\tasm volatile("push %%rax\\n mov $99, %%eax\\n1: dec %%eax\\n jnz 1b\\n pop %%rax" : : : "cc");\n\n&/' "$file"
  grep -q 'mov $99' "$file" || { echo "kvm_io_bus_write of $abi does not begin as expected" >&2; exit 1; }
}

unpack
for name in once again planted; do
  [ ! -s "$work/$name/modules/kvm-amd.ko" ] || continue
  rm -rf "${work:?}/$name"
  source_of $name
  [ $name != planted ] || plant $name
  build $name
done

compared() { # NAME OPTION...: rows of one comparison on stdout, a name and a number each
  local name=$1
  shift
  # Built for one kernel, they have to be compared on that one.
  $exitprof ab pio-out --functions --kernel "debian:$abi" --boots 1 "$@" --format json -o "$work/$name.nettrace" >"$work/$name.json"
  jq -r '.comparisons[0] | "total \(.shift.absolute.value)", (.stages[] | select(.shift.absolute.value != null) | "\(.stage) \(.shift.absolute.value)"),
    ((.functions // [])[] | "function \(.name) \(.new - .base)")' "$work/$name.json"
}

differs() { # ROWS WANTED...: whether any row but the wanted ones is not 0
  local rows=$1 wanted
  shift
  for wanted; do grep -qxF "$wanted" <<<"$rows" || { echo "not found: $wanted" >&2; return 0; }; done
  # Function names have blanks; the number is last.
  for wanted; do rows=$(grep -vxF "$wanted" <<<"$rows"); done
  awk '$NF != 0 { print "differs: " $0 > "/dev/stderr"; found = 1 } END { exit !found }' <<<"$rows"
}

for name in stock again planted; do
  case $name in
    stock) sides=(--b-modules-over "$work/once/modules") wanted=("total 0") title="Debian's own and the same source built here" ;;
    again) sides=(--a-modules-over "$work/once/modules" --b-modules-over "$work/again/modules") wanted=("total 0") title="two builds of one source" ;;
    planted) sides=(--a-modules-over "$work/once/modules" --b-modules-over "$work/planted/modules") title="201 instructions planted"
      wanted=("total 201" "pio-search 201" "function kvm_io_bus_write [kvm] 201") ;;
  esac
  rows=$(compared $name "${sides[@]}")
  echo "$title: $(jq -r '.comparisons[0].verdict' "$work/$name.json")"
  sed 's/^/  /' <<<"$rows"
  ! differs "$rows" "${wanted[@]}" || { echo "$title: not as it should be" >&2; exit 1; }
done
echo "found: 201 instructions in pio-search, in kvm_io_bus_write, and nothing elsewhere; two builds of one source are the same"

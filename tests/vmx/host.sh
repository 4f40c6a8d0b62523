#!/usr/bin/env bash
# host.sh PUBLISHED LIST OUT: boots KVM on VMX (Bochs, Debian 6.1), runs the list in there and brings back the results.
#   PUBLISHED  exitprof with .NET, as `dotnet publish --self-contained` makes it
#   LIST       a line of arguments of exitprof for each recording
#   OUT        a folder for the results: one folder per line, numbered from 1, kernel-log and console.log
# Bochs that says nothing and uses no CPU time for ten minutes is ended.
# Exit status: 0 the list ran to its end, whatever its commands returned; 77 this host cannot be had here; else one sentence on stderr.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/cache.sh"

[ $# = 3 ] || fail "usage: host.sh PUBLISHED LIST OUT"
published=$1 list=$2 out=$3
arguments="console=ttyS0 quiet oops=panic mitigations=off tsc=reliable no_timer_check"
[ -x "$published/exitprof" ] || fail "$published holds no exitprof"
[ -r "$list" ] || fail "the list $list cannot be read"
mkdir -p "$out" || fail "the folder $out cannot be made"

work= emulator=
finish() { # no process and no file stays, however this ends
  trap '' TERM INT HUP
  stop_emulator
  [ -z "$work" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
work=$(mktemp -d "${TMPDIR:-/tmp}/exitprof-vmx.XXXXXX") || fail "no temporary folder can be made"

stop_emulator() {
  [ -n "$emulator" ] || return 0
  # It leads a process group of its own, so what it may have started ends with it.
  kill -TERM -- "-$emulator" 2>/dev/null
  local tries=0
  while kill -0 -- "-$emulator" 2>/dev/null && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL -- "-$emulator" 2>/dev/null
  wait "$emulator" 2>/dev/null
  emulator=
}

make_payload() { # a tar that the guest unpacks over its root: the published folder, the libraries it is linked against, the list
  local root=$work/payload library
  mkdir -p "$root"
  install -m 644 "$list" "$root/list"
  # What the machine lacks as well (tracing by LTTng) .NET does without. OpenSSL, which hashes a page's script, it loads by name.
  { ldd "$published/exitprof" "$published"/*.so 2>/dev/null; ldconfig -p | grep -E '^[[:space:]]*lib(ssl|crypto)\.so\.3 '; } | grep -oE '(=> |^\s+)/[^ ]+' | grep -oE '/.*' | sort -u |
    while read -r library; do
      case $library in "$published"/*) ;; *) install -D -m 755 "$library" "$root$library" ;; esac
    done
  tar cf "$work/in" -C "$published" --owner=0 --group=0 --mode=u+rwX,go+rX --transform='s,^\.,exitprof,' . &&
    tar rf "$work/in" -C "$root" --owner=0 --group=0 .
}

make_initrd() { # /init is small and changes with the sources, so it follows the cached part
  (cd "$here" && echo init | cpio --quiet -o -H newc -R 0:0) >"$work/init.cpio" && cat "$cache/$kernel/base.cpio" "$work/init.cpio" >"$work/initrd"
}

start_bochs() {
  local files=$cache/bochs/usr
  make_cd "$files" || fail "the CD that Bochs boots from cannot be written in $work"
  # A disk of 16 heads and 63 sectors has whole cylinders.
  truncate -s %516096 "$work/in" "$work/out"
  cat >"$work/bochsrc" <<END
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1
cpu: model=corei7_skylake_x, count=1, ips=50000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=1024, host=1024
romimage: file=$files/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=$files/share/vgabios/vgabios.bin
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, mode=flat, path=$work/in
ata0-slave: type=disk, mode=flat, path=$work/out
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path=$work/boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$work/console
display_library: rfb, options="timeout=0"
clock: sync=none
log: $work/bochs.log
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
END
  # Debian's Bochs has a debugger: it waits for "c", and quits when its input ends, so a pipe is held open that nobody writes to.
  echo c >"$work/debugger"
  mkfifo "$work/input"
  exec 3<>"$work/input"
  bochs -q -f "$work/bochsrc" -unlock -rc "$work/debugger" <&3 >"$work/emulator.log" 2>&1 &
  emulator=$!
  exec 3>&-
}

make_cd() {
  local files=$1 root=$work/cd
  mkdir -p "$root/isolinux"
  gzip -1 <"$work/initrd" >"$root/initrd.gz"
  cp "$cache/$kernel/vmlinuz" "$root/vmlinuz"
  cp "$files/lib/ISOLINUX/isolinux.bin" "$files/lib/syslinux/modules/bios/ldlinux.c32" "$root/isolinux/"
  cat >"$root/isolinux/isolinux.cfg" <<END
DEFAULT linux
PROMPT 0
LABEL linux
 KERNEL /vmlinuz
 APPEND initrd=/initrd.gz $arguments
END
  LD_LIBRARY_PATH=$files/lib/x86_64-linux-gnu "$files/bin/xorriso" -as mkisofs -quiet -o "$work/boot.iso" \
    -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$root" 2>"$work/xorriso.log"
}

said() { grep -aq "$1" "$work/console" 2>/dev/null; }

used() { # CPU time of Bochs in ticks, and what the guest has said: both stand still if it hangs
  echo "$(cut -d' ' -f14,15 "/proc/$emulator/stat" 2>/dev/null) $(stat -c %s "$work/console")"
}

follow() { # until the emulator is gone, or nothing more is to be expected of it; sets verdict
  local before= now still=0
  while kill -0 "$emulator" 2>/dev/null; do
    if said 'Kernel panic - not syncing'; then
      sleep 1 # the trace of the panic is still being written
      verdict="the guest's kernel panicked: $(tr -d '\r' <"$work/console" | grep -am1 -o 'Kernel panic - not syncing.*')"
      return
    fi
    now=$(used)
    if [ "$now" = "$before" ]; then still=$((still + 1)); else still=0 before=$now; fi
    [ $still -lt 600 ] || { verdict="Bochs has done nothing for ten minutes"; return; }
    sleep 1
  done
  wait "$emulator"
  status=$?
}

"$here/get.sh" || exit
make_payload || fail "the payload cannot be made in $work"
make_initrd || fail "the initial ram disk cannot be made in $work"
truncate -s 256M "$work/out"
: >"$work/console"
verdict= status=0
set -m # a process group for the emulator
start_bochs
set +m
follow
stop_emulator
tr -d '\r' <"$work/console" >"$out/console.log"
# Whatever came back is worth having, whole list or not.
if said '^HOST: results written'; then tar xf "$work/out" -C "$out" && exit 0; verdict=${verdict:-"the results cannot be unpacked into $out"}; fi
say "${verdict:-bochs ended with status $status before the list did}"
{ grep -av '^\s*$' "$out/console.log" | tail -5; [ -s "$out/console.log" ] || tail -5 "$work/emulator.log"; } 2>/dev/null | cut -c1-200 >&2
exit 1

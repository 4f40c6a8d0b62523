#!/usr/bin/env bash
# host.sh HOST PUBLISHED LIST OUT [-- KERNEL ARGUMENT...]
#   HOST       svm (QEMU, Debian 6.1), svm-6.12 (QEMU, Debian 6.12) or vmx (Bochs, Debian 6.1)
#   PUBLISHED  what publish.sh made
#   LIST       lines NAME<TAB>ARGUMENTS OF EXITPROF or NAME<TAB>! SHELL CODE; README.md
#   OUT        a folder for the results: one folder per line, and console.log
# In the environment: LIMIT seconds for all (900), COMMAND_LIMIT seconds for a line of the list (120).
# Exit status: 0 the list ran to its end, whatever its commands returned; 77 this host cannot be had here; else one sentence on stderr.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/cache.sh"
source "$here/emulators.sh"

[ $# -ge 4 ] || fail "usage: host.sh svm|svm-6.12|vmx PUBLISHED LIST OUT [-- KERNEL ARGUMENT...]"
host=$1 published=$2 list=$3 out=$4; shift 4
[ "${1:-}" != -- ] || shift
arguments="console=ttyS0 quiet oops=panic mitigations=off tsc=reliable $*"
LIMIT=${LIMIT:-900}
case $host in
  svm | svm-6.12) ;;
  vmx) arguments="$arguments no_timer_check" ;;
  *) fail "there is no host '$host'; there are svm, svm-6.12 and vmx" ;;
esac
[ -x "$published/ExitProf.Hosts.Runner" ] || fail "$published holds no ExitProf.Hosts.Runner; publish.sh makes such a folder"
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
work=$(mktemp -d "${TMPDIR:-/tmp}/exitprof-host.XXXXXX") || fail "no temporary folder can be made"

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
  echo "${COMMAND_LIMIT:-120}" >"$root/seconds"
  # What the machine lacks as well (tracing by LTTng) .NET does without. OpenSSL, which hashes a page's script, it loads by name.
  { ldd "$published/ExitProf.Hosts.Runner" "$published"/*.so 2>/dev/null; ldconfig -p | grep -E '^[[:space:]]*lib(ssl|crypto)\.so\.3 '; } | grep -oE '(=> |^\s+)/[^ ]+' | grep -oE '/.*' | sort -u |
    while read -r library; do
      case $library in "$published"/*) ;; *) install -D -m 755 "$library" "$root$library" ;; esac
    done
  tar cf "$work/in" -C "$published" --owner=0 --group=0 --mode=u+rwX,go+rX --transform='s,^\.,exitprof,' . &&
    tar rf "$work/in" -C "$root" --owner=0 --group=0 .
}

make_initrd() { # /init is small and changes with the sources, so it follows the cached part
  (cd "$here" && echo init | cpio --quiet -o -H newc -R 0:0) >"$work/init.cpio" && cat "$cache/$(kernel "$host")/base.cpio" "$work/init.cpio" >"$work/initrd"
}

seconds_since() { # seconds_since MICROSECONDS: "12.3"
  local tenths=$(((${EPOCHREALTIME/[.,]/} - $1) / 100000))
  echo "$((tenths / 10)).$((tenths % 10))"
}

said() { grep -aq "$1" "$work/console" 2>/dev/null; }

last_lines() { # what the guest, or else the emulator, said last, on one line each
  { tr -d '\r' <"$work/console" | grep -av '^\s*$' | tail -"$1"; [ -s "$work/console" ] || tail -"$1" "$work/emulator.log"; } 2>/dev/null | cut -c1-200 >&2
}

follow() { # until the emulator is gone, or nothing more is to be expected of it; sets verdict
  local began=${EPOCHREALTIME/[.,]/} listing=
  while kill -0 "$emulator" 2>/dev/null; do
    if [ -z "$listing" ] && said '^HOST: list begins'; then
      echo "$host: boot $(seconds_since "$began") s"
      listing=${EPOCHREALTIME/[.,]/}
    fi
    if said 'Kernel panic - not syncing'; then
      sleep 1 # the trace of the panic is still being written
      verdict="the guest's kernel panicked: $(tr -d '\r' <"$work/console" | grep -am1 -o 'Kernel panic - not syncing.*')"
      return
    fi
    if [ $((${EPOCHREALTIME/[.,]/} - began)) -gt $((LIMIT * 1000000)) ]; then
      verdict="the host did not end within $LIMIT s; $([ -n "$listing" ] && echo "its list was running" || echo "it did not get to its list")"
      return
    fi
    sleep 0.1
  done
  wait "$emulator"
  status=$?
  [ -z "$listing" ] || echo "$host: list $(seconds_since "$listing") s"
}

"$here/get.sh" "$host" || exit
start=${EPOCHREALTIME/[.,]/}
make_payload || fail "the payload cannot be made in $work"
make_initrd || fail "the initial ram disk cannot be made in $work"
truncate -s 256M "$work/out"
: >"$work/console"
verdict= status=0
set -m # a process group for the emulator
start_emulator
set +m
echo "$host: prepared in $(seconds_since "$start") s"
follow
stop_emulator
tr -d '\r' <"$work/console" >"$out/console.log"
# Whatever came back is worth having, whole list or not.
if said '^HOST: results written'; then tar xf "$work/out" -C "$out" || verdict=${verdict:-"the results cannot be unpacked into $out"}; fi

code=$(tr -d '\r' <"$work/console" | sed -n 's/^HOST: list ended with \([0-9]*\)$/\1/p' | tail -1)
[ -z "$verdict" ] && [ "$code" = 0 ] && said '^HOST: results written' && exit 0
if [ -z "$verdict" ] && [ -n "$code" ]; then
  verdict=$(tr -d '\r' <"$work/console" | sed -n 's/^LIST: stopped: //p' | tail -1)
  verdict="the list stopped: ${verdict:-the runner ended with $code}"
fi
say "${verdict:-$emulator_name ended with status $status before the list did}"
last_lines 5
exit 1

#!/usr/bin/env bash
# Kills (SIGKILL) exitprof at random moments and looks at what is left: tests/kills.sh [KILLS [SEED [KIND...]]]
# Kinds: record, attach (need /dev/kvm, attach also root), import, report, fetch (needs a package mirror; only if it is named). What a kind needs and is
# not there is skipped and said. Build first: dotnet build -c Release
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:-500} seed=${2:-1}
shift $(($# < 2 ? $# : 2))
exitprof="dotnet $(realpath "${EXITPROF:-src/ExitProf/bin/Release/net10.0/exitprof.dll}")"
folder=$(mktemp -d "${TMPDIR:-/tmp}/kills.XXXXXX")
guest=''
cleanup() {
  [ -z "$guest" ] || kill -TERM "$guest" 2>/dev/null || true
  wait 2>/dev/null
  rm -rf "$folder"
}
trap cleanup EXIT
RANDOM=$seed
kvm=$([ "$(stat -c %t:%T /dev/kvm 2>/dev/null)" = a:e8 ] && [ -w /dev/kvm ] && echo yes || true)
if [ $# -gt 0 ]; then kinds=("$@"); else kinds=(import report); [ -z "$kvm" ] || kinds+=(record); [ -z "$kvm" ] || [ "$(id -u)" != 0 ] || kinds+=(attach); fi
echo "kinds: ${kinds[*]}; seed $seed"

declare -A killed readable none early late oldest
faults=0
fault() { echo "FAULT $*"; faults=$((faults + 1)); }

# start COMMAND...: in the background, without a shell between it and the signal.
start() { $exitprof "$@" >"$folder/out" 2>"$folder/err" & victim=$!; }

# Waits for a condition or the end of the victim, then a random moment, at most the given milliseconds, and kills it.
kill_after() { # kill_after MILLISECONDS CONDITION...
  local most=$1 wait; shift
  until "$@" || ! kill -0 "$victim" 2>/dev/null; do sleep 0.02; done
  wait=$((RANDOM * RANDOM % (most + 1)))
  sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
  moment=$(date +%s%3N)
  if kill -KILL "$victim" 2>/dev/null; then killed[$kind]=$((${killed[$kind]:-0} + 1)); else late[$kind]=$((${late[$kind]:-0} + 1)); fi
  wait "$victim" 2>/dev/null || true
}

# A trace that is there is read, or, if it was cut before its header was whole, refused by a sentence.
readable() {
  if [ ! -s "$1" ]; then none[$kind]=$((${none[$kind]:-0} + 1)); return; fi
  # What was recorded after the last write is what the kill took away.
  local written age
  written=$(stat -c %.3Y "$1" | tr -d .) age=0
  [ "$moment" -le "$written" ] || age=$((moment - written))
  [ "$age" -le "${oldest[$kind]:-0}" ] || oldest[$kind]=$age
  local code=0
  $exitprof report --format json "$1" >"$folder/report.json" 2>"$folder/report.err" || code=$?
  if [ $code = 0 ]; then
    readable[$kind]=$((${readable[$kind]:-0} + 1))
    if tr -d ' \n' <"$folder/report.json" | grep -E '"id":"(trace-damaged|payload-crc|payload-format|undefined-block|batch-damaged|header-incomplete)"' >/dev/null; then
      fault "$kind: what was written is damaged: $1"; cp "$1" "${TMPDIR:-/tmp}/"
    fi
  elif [ $code = 2 ] && [ "$(wc -l <"$folder/report.err")" = 1 ] && [ "$(stat -c %s "$1")" -lt 65536 ]; then
    early[$kind]=$((${early[$kind]:-0} + 1))
  else
    fault "$kind: exit code $code: $(head -c 300 "$folder/report.err")"
  fi
}

instances() { ls /sys/kernel/tracing/instances 2>/dev/null | grep '^exitprof_' | while IFS=_ read -r _ pid _; do [ -d "/proc/$pid" ] || echo "$pid"; done || true; }

once() { :; } # a condition that holds at once
has() { [ -s "$1" ]; }

kill_record() {
  rm -f "$folder"/a*.nettrace*
  case $((RANDOM % 4)) in
    0) start record pio-out --seconds 600 -o "$folder/a.nettrace"; kill_after 4000 once ;;
    1) start record pio-out --seconds 600 --rotate 1MB -o "$folder/a.nettrace"; kill_after 3000 has "$folder/a-0001.nettrace" ;;
    2) start record pio-out --seconds 600 --keep 1s -o "$folder/a.nettrace"; kill_after 3000 has "$folder/a-0001.nettrace" ;;
    *) start record pio-out --seconds 600 -o "$folder/a.nettrace"; kill_after 3000 has "$folder/a.nettrace" ;;
  esac
  newest=$(ls -t "$folder"/a*.nettrace 2>/dev/null | head -1) || true
  readable "${newest:-$folder/a.nettrace}"
}

kill_attach() {
  rm -f "$folder"/a*.nettrace*
  # Its vCPU takes a whole CPU: it runs no longer than it has to.
  $exitprof record pio-out --events none --seconds 600 -o /dev/null >/dev/null 2>&1 & guest=$!
  # Before it records it tries what the host can do, in VMs that live for a moment: five looks in a row have to see one.
  local seen=0
  while [ $seen -lt 5 ]; do
    kill -0 "$guest" || exit 1
    if ls -l "/proc/$guest/fd" 2>/dev/null | grep -q kvm-vcpu; then seen=$((seen + 1)); else seen=0; fi
    sleep 0.2
  done
  start attach "$guest" -o "$folder/a.nettrace"
  if [ $((RANDOM % 3)) = 0 ]; then kill_after 4000 once; else kill_after 3000 has "$folder/a.nettrace"; fi
  kill -KILL "$guest" && wait "$guest" 2>/dev/null || true
  guest=''
  readable "$folder/a.nettrace"
}

kill_import() {
  if [ ! -s "$folder/import.txt" ]; then
    # A minute of a guest's exits as ftrace writes them.
    awk 'BEGIN { for (i = 0; i < 100000; i++) { t = 100 + i * 0.0001
      printf "       CPU 0/KVM-4001  [001] .... %.6f: kvm_exit: reason IO_INSTRUCTION rip 0xff info 0x3f80000 0\n", t
      printf "       CPU 0/KVM-4001  [001] .... %.6f: kvm_entry: vcpu 0\n", t + 0.00002 } }' >"$folder/import.txt"
  fi
  rm -f "$folder"/a*.nettrace*
  start import "$folder/import.txt" -o "$folder/a.nettrace"
  if [ $((RANDOM % 2)) = 0 ]; then kill_after 3000 once; else kill_after 1500 has "$folder/a.nettrace"; fi
  readable "$folder/a.nettrace"
}

kill_report() {
  local page=$folder/page/index.html
  [ -s "$page" ] || $exitprof report traces/pvm-zen5/pio-out.nettrace -o "$folder/page" >/dev/null
  local before=$(cksum <"$page")
  start report traces/pvm-zen5/pio-out.nettrace traces/pvm-zen5/pio-in.nettrace -o "$folder/page"
  if [ $((RANDOM % 2)) = 0 ]; then kill_after 5000 once; else kill_after 60 beside; fi
  if [ "$(cksum <"$page")" = "$before" ]; then none[$kind]=$((${none[$kind]:-0} + 1))
  elif tail -c 16 "$page" | grep -q '</html>'; then readable[$kind]=$((${readable[$kind]:-0} + 1))
  else fault "report: neither the older page nor a whole one"; fi
}
beside() { ls "$folder"/page/.*.new >/dev/null 2>&1; }

kill_fetch() {
  start host fetch --kernel debian:6.1
  kill_after 20000 once
}

for ((i = 0; i < kills; i++)); do
  kind=${kinds[$((i % ${#kinds[@]}))]}
  kill_"$kind"
  [ $(((i + 1) % 50)) != 0 ] || echo "$((i + 1)) kills, $faults faults"
done

# The next run of each kind cleans up what the kills left.
for kind in "${kinds[@]}"; do
  case $kind in
    record | attach)
      rm -f "$folder"/a*.nettrace*
      $exitprof record pio-out --exits 64 -o "$folder/a.nettrace" >/dev/null || fault "record after the kills"
      left=$(instances | wc -l)
      [ "$left" = 0 ] || fault "$left stale tracefs instances after the next run" ;;
    report)
      $exitprof report traces/pvm-zen5/pio-out.nettrace -o "$folder/page" >/dev/null || fault "report after the kills"
      ! beside || fault "a half-written page is left after the next run" ;;
    fetch) $exitprof host fetch --kernel debian:6.1 || fault "host fetch after the kills" ;;
  esac
done

for kind in "${kinds[@]}"; do
  what="readable ${readable[$kind]:-0}, cut before the header was whole ${early[$kind]:-0}, no file yet ${none[$kind]:-0}"
  [ -z "${oldest[$kind]:-}" ] || what="$what, last write at most ${oldest[$kind]} ms before the kill"
  [ "$kind" != report ] || what="newer page whole ${readable[$kind]:-0}, older page as it was ${none[$kind]:-0}"
  echo "$kind: killed ${killed[$kind]:-0}, ended before ${late[$kind]:-0}: $what"
done
echo "faults: $faults"
[ "$faults" = 0 ]

#!/usr/bin/env bash
# event-heads.sh [KERNEL...]: counts in emulated hosts what each kernel event of an exit costs before and after it reads the clock, and writes it into
# src/ExitProf.Analysis/Attribution/EventHeads.csv; rows of other kernels stay. About ten seconds of CPU time a scenario and kernel, and half a minute for each
# first boot.
set -euo pipefail
cd "$(dirname "$0")/../.."
exitprof=${EXITPROF:-dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll}
table=src/ExitProf.Analysis/Attribution/EventHeads.csv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# != 0 ] || set -- debian:bullseye debian:6.1 debian:6.12 debian:sid
for kernel; do
  for scenario in pio-out ioeventfd-pio mmio-read mmio-write pio-in cpuid; do
    $exitprof record $scenario --functions --kernel "$kernel" -o "$work/$scenario.nettrace" >/dev/null || { echo "$scenario under $kernel: left out" >&2; continue; }
    $exitprof report "$work/$scenario.nettrace" --format json | awk '
      { gsub(/[",]/, "") }
      $1 == "kernel:" && !release { release = $2 }
      $1 == "event:" { event = $2 (seen[$2]++ ? " again" : "") }
      $1 == "head:" { head = $2 }
      $1 == "tail:" { print release "," event "," head "," $2 }'
  done
done >"$work/all"
{
  echo "# kernel,stamp,instructions before the clock is read,instructions from then on; made by tests/hosts/event-heads.sh"
  # An event costs a little more or less in another place; the first scenario that has it speaks for it.
  # A version that was counted again loses its rows of before, whatever its name was.
  grep -v '^#' "$table" | cat "$work/all" - |
    awk -F, '{ split($1, part, "."); version = part[1] "." part[2] } !(version in release) { release[version] = $1 } release[version] == $1 && !seen[$1 "," $2]++' |
    LC_ALL=C sort
} >"$work/table"
mv "$work/table" "$table"
cat "$table"

#!/usr/bin/env bash
# stream.sh [EXITS...]: reports traces that are never kept. A recorded trace is multiplied through the writer into a pipe, and `exitprof report -` reads it
# once. Prints CPU seconds and peak memory of the report by number of exits, and what a million more exits cost. Needs `dotnet build -c Release` before.
# EXITPROF_STREAMED names another trace than the usual one.
set -euo pipefail
cd "$(dirname "$0")/.."
trace=${EXITPROF_STREAMED:-traces/pvm-zen5/pio-out.nettrace}
[ $# -gt 0 ] || set -- 10000000 100000000 1000000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "exits CPU-s peak-MiB s-per-M-more"
before_exits=0 before_seconds=0
for exits; do
  dotnet tests/ExitProf.Benchmarks/bin/Release/net10.0/ExitProf.Benchmarks.dll multiply "$trace" "$exits" |
    dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll report - --format json --verbose >"$work/report.json" 2>"$work/took"
  read -r seconds mib < <(sed -nE 's/.*, ([0-9.]+) s of CPU time, ([0-9,]+) MiB.*/\1 \2/p' "$work/took" | tr -d ,)
  awk -v e="$exits" -v s="$seconds" -v m="$mib" -v be="$before_exits" -v bs="$before_seconds" \
    'BEGIN { printf "%d %.2f %d %.4f\n", e, s, m, (s - bs) / ((e - be) / 1e6) }'
  before_exits=$exits before_seconds=$seconds
done

#!/usr/bin/env bash
# What the export to ClickHouse costs: every recorded trace into one server and into two shards; rows a second, CPU seconds of ours and of the servers.
# tests/clickhouse.sh needs a release build, curl and clickhouse-server; it keeps nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "$script" 2>/dev/null; wait; rm -rf "$work"' EXIT
exitprof() { dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll "$@"; }
cpu() { # CPU seconds of the servers
  local ticks=0 pid
  for pid in $(pgrep -P "$script" -f config-file); do ticks=$((ticks + $(awk '{print $14 + $15}' "/proc/$pid/stat"))); done
  awk -v t="$ticks" -v h="$(getconf CLK_TCK)" 'BEGIN { printf "%.2f", t / h }'
}
reports/clickhouse.sh --shards 2 --port 28123 "$work/servers" >"$work/out" 2>&1 &
script=$!
until grep -q ready "$work/out" 2>/dev/null; do sleep 0.2; done

mapfile -t traces < <(find traces -name '*.nettrace' | sort)
for target in one two; do
  options=(--to clickhouse --url "http://127.0.0.1:28123/$target" --host-name lab)
  [ $target = one ] || options+=(--url "http://127.0.0.1:28124/$target" --cluster exitprof)
  for run in states exits; do
    more=(); [ $run = exits ] || more=(--states-only)
    before=$(cpu) start=$(date +%s.%N)
    exitprof export "${traces[@]}" "${options[@]}" "${more[@]}" --verbose >"$work/done" 2>"$work/said"
    took=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }')
    rows=$(curl -s "http://127.0.0.1:28123/?database=$target" --data-binary "SELECT count() FROM $run")
    echo "$target server(s), $run: $rows rows in $took s; servers $(awk -v a="$before" -v b="$(cpu)" 'BEGIN { printf "%.2f", b - a }') s of CPU; $(tail -1 "$work/said")"
  done
  for query in src/ExitProf.Traces/Export/ClickHouse/Queries/*.sql; do
    start=$(date +%s.%N)
    curl -s "http://127.0.0.1:28123/?database=$target" --data-binary "@$query" | wc -l | tr '\n' ' '
    awk -v q="$(basename "$query")" -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "rows of %s in %.2f s\n", q, b - a }'
  done
done

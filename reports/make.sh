#!/usr/bin/env bash
# make.sh: makes reports/HOST from traces/HOST, and the table in the README from the same traces.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release src/ExitProf --nologo -v q
exitprof() { dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll "$@"; }
for host in traces/*/; do
  host=$(basename "$host")
  out=reports/$host
  rm -rf "$out"
  [ ! -e "traces/$host/suite" ] || exitprof suite --from "traces/$host/suite" -o "$out/suite" >/dev/null
  ! compgen -G "traces/$host/*.nettrace" >/dev/null || exitprof report traces/"$host"/*.nettrace -o "$out/all"
  [ -e "traces/$host/pio-out.nettrace" ] || continue
  exitprof report "traces/$host/pio-out.nettrace" -o "$out/pio-out" --png
  exitprof report "traces/$host/pio-out.nettrace" "traces/$host/ioeventfd-pio.nettrace" -o "$out/user-space-and-kernel" --png
done
{
  sed '/<!-- table:begin -->/q' README.md
  echo '```'
  exitprof report traces/pvm-zen5/pio-out.nettrace | sed 's/[[:space:]]*$//'
  echo '```'
  sed -n '/<!-- table:end -->/,$p' README.md
} > README.md.new && mv README.md.new README.md
{
  sed '/<!-- icache:begin -->/q' README.md
  reports/instruction-cache.sh
  sed -n '/<!-- icache:end -->/,$p' README.md
} > README.md.new && mv README.md.new README.md

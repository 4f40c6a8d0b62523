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
# section NAME COMMAND: what stands between the marks of that name in the README is what the command prints.
section() {
  name=$1
  shift
  {
    sed "/<!-- $name:begin -->/q" README.md
    "$@" | sed 's/[[:space:]]*$//'
    sed -n "/<!-- $name:end -->/,\$p" README.md
  } > README.md.new && mv README.md.new README.md
}
fenced() { echo '```'; "$@"; echo '```'; }
reports/instruction-cache.sh > reports/pvm-xeon/instruction-cache.md
section ab fenced exitprof compare traces/ab-device-delay.nettrace
section table fenced exitprof report traces/pvm-zen5/pio-out.nettrace
# Verdicts and gains; the page has the tables.
section icache grep -E '^(### (One|Instr|Real|Copy|System)|\*\*Same|\*\*Better|\*\*Worse|\*\*Cannot|- What the guest|- Of the)' reports/pvm-xeon/instruction-cache.md

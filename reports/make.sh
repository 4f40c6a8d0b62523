#!/usr/bin/env bash
# make.sh: makes reports/HOST from traces/HOST, and what README and docs show of the same traces.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release src/ExitProf --nologo -v q
exitprof() { dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll "$@"; }
for host in traces/pvm-*/; do
  host=$(basename "$host")
  out=reports/$host
  rm -rf "$out"
  [ ! -e "traces/$host/suite" ] || exitprof suite --from "traces/$host/suite" -o "$out/suite" >/dev/null
  ! compgen -G "traces/$host/*.nettrace" >/dev/null || exitprof report traces/"$host"/*.nettrace -o "$out/all"
  [ -e "traces/$host/pio-out.nettrace" ] || continue
  exitprof report "traces/$host/pio-out.nettrace" -o "$out/pio-out" --png
  exitprof report "traces/$host/pio-out.nettrace" "traces/$host/ioeventfd-pio.nettrace" -o "$out/user-space-and-kernel" --png
  # The pictures of one scenario are in its own folder.
  find "$out/user-space-and-kernel" -name '*.png' ! -name 'comparison*' -delete
done
# section PAGE NAME COMMAND: between the marks of that name the page has what the command prints.
section() {
  page=$1 name=$2
  shift 2
  {
    sed "/<!-- $name:begin -->/q" "$page"
    "$@" | sed 's/[[:space:]]*$//'
    sed -n "/<!-- $name:end -->/,\$p" "$page"
  } > "$page.new" && mv "$page.new" "$page"
}
fenced() { echo '```'; "$@"; echo '```'; }
reports/instruction-cache.sh > reports/pvm-xeon/instruction-cache.md
section reports/docs/verdicts.md ab fenced exitprof compare traces/ab-device-delay.nettrace
section README.md table fenced exitprof report traces/pvm-zen5/pio-out.nettrace
# Verdicts and gains; the page has the tables.
section reports/docs/instruction-cache.md icache grep -E '^(### (One|Instr|Real|Copy|System)|\*\*Same|\*\*Better|\*\*Worse|\*\*Cannot|- What the guest|- The VMM|- The exit)' reports/pvm-xeon/instruction-cache.md
# The verdict and the gains, without the stages.
verdict() { exitprof compare traces/pvm-xeon/icache-hot.nettrace | sed '/^New minus base/,$d'; }
section README.md verdict fenced verdict

#!/usr/bin/env bash
# record.sh FOLDER: records every scenario on this host into traces/FOLDER, small enough to be kept.
# record.sh FOLDER suite: the whole suite instead, into traces/FOLDER/suite; about six minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=traces/${1:?folder, named after the host}
mkdir -p "$folder"
dotnet build -c Release src/ExitProf --nologo -v q
exitprof() { dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll "$@"; }
if [ "${2:-}" = suite ]; then
  rm -rf "$folder/suite"
  exitprof suite -o "$folder/suite"
  # Page and JSON are made of the rest, by reports/make.sh.
  rm "$folder/suite/index.html" "$folder/suite/suite.json"
  exit
fi
for scenario in $(exitprof list --format names); do
  rm -f "$folder/$scenario.nettrace"
  exitprof record "$scenario" --exits 4000 --seed 1 -o "$folder/$scenario.nettrace"
done

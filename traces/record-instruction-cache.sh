#!/usr/bin/env bash
# record-instruction-cache.sh FOLDER: records into traces/FOLDER what the README shows of the instruction cache, small enough to be kept.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=traces/${1:?folder, named after the host}
mkdir -p "$folder"
exitprof() { dotnet "${EXITPROF:-src/ExitProf/bin/Release/net10.0/exitprof.dll}" "$@"; }
record() { # record NAME SCENARIO ARGUMENT...
  local name=$1; shift
  exitprof record "$@" --seed 1 -o "$folder/$name.nettrace"
}
compare() { # compare SCENARIO QUADS MARGIN SETTING...: the cache off and on
  local scenario=$1 quads=$2 margin=$3 sides=(--a cache=off --b cache=on) setting; shift 3
  for setting; do sides+=(--a "$setting" --b "$setting"); done
  exitprof ab "$scenario" "${sides[@]}" --quads "$quads" --margin "$margin" --seed 1 -o "$folder/$scenario.nettrace"
}
coherence=coherence=verify-bytes,write-protect-code,write-protect-code+tables
compare icache-hot 1500 2%
compare icache-cold 300 2%
record icache-many icache-many --set sites=256..8192 --exits 600
record icache-coherence icache-hot --set "$coherence" --exits 1000
record icache-write icache-write --set target=code,table --set "$coherence" --events none --exits 300
record device-access device-access --set by=emulated,mmio,out,ioeventfd --exits 800
compare cpu-loop 800 1% exit=emulated
compare memory-copy 800 1% exit=emulated
compare syscall-loop 1200 1% exit=emulated

#!/usr/bin/env bash
# instruction-cache.sh: prints what was found of the instruction cache, from traces/pvm-xeon. make.sh keeps it, and a test compares it.
# In the environment: EXITPROF, the command (exitprof.dll of this tree if not given).
set -euo pipefail
cd "$(dirname "$0")/.."
# What was once calibrated on the machine at hand is no part of a recording.
export XDG_STATE_HOME=/nonexistent
exitprof() { dotnet "${EXITPROF:-src/ExitProf/bin/Release/net10.0/exitprof.dll}" "$@"; }
judged() { # judged TRACE TITLE: a comparison of the cache off and on
  echo; echo "### $2"; echo
  exitprof compare "traces/pvm-xeon/$1.nettrace" --margin "$3" --format markdown | sed 1d
}
echo "# The instruction cache: off against on"
judged icache-hot "One instruction in a loop: what the cache is best at" 2%
judged icache-cold "Instructions that never come again: what it costs" 2%
echo; echo "### The knee, the coherence settings, and what the whole idea is up against"; echo
for trace in icache-many icache-coherence icache-write device-access; do
  exitprof report "traces/pvm-xeon/$trace.nettrace" --format markdown
done
judged cpu-loop "Real work with one emulated exit in two million instructions" 1%
judged memory-copy "Copying memory" 1%
judged syscall-loop "System calls of the guest" 1%

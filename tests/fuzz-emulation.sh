#!/bin/sh
# Hostile guests for a while: tests/fuzz-emulation.sh [INSTRUCTIONS [SEED]]. A twentieth of the instructions is done again under each kind of write
# protection, where a new page costs memory slots. A failure prints the seed and the instruction.
# Build first: dotnet build tests/ExitProf.Kvm.Tests -c Release
set -eu
cd "$(dirname "$0")/.."
EXITPROF_FUZZ_EMULATION="${1:-10000000} ${2:-$(date +%s)}" \
    dotnet test tests/ExitProf.Kvm.Tests -c Release --no-build --logger "console;verbosity=detailed" --filter "FullyQualifiedName~Emulation.FuzzTests"

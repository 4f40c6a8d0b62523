#!/bin/sh
# Reads damaged traces for a while: tests/fuzz.sh [SECONDS [SEED]]: containers that are damaged anyhow, and events that are damaged under right
# checksums, of both versions, each kind for the given seconds; a cut and a changed bit at every byte of a trace; and a report in every form of twice as many mutated traces as there are seconds.
# Every file has a seed of its own, counted up from SEED; a failure prints it.
# Build first: dotnet build tests/ExitProf.Tests -c Release
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-600} seed=${2:-$(date +%s)}
EXITPROF_FUZZ_SECONDS=$seconds EXITPROF_FUZZ_SEED=$seed EXITPROF_MUTATIONS=$((2 * seconds)) EXITPROF_MUTATION_SEED=$seed \
    dotnet test tests/ExitProf.Tests -c Release --no-build --logger "console;verbosity=detailed" \
    --filter "FullyQualifiedName~DamagedTraceTests|FullyQualifiedName~ReaderFuzzTests|FullyQualifiedName~MutationTests"

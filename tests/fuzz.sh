#!/bin/sh
# Reads damaged traces for a while: tests/fuzz.sh [SECONDS [SEED]]: containers that are damaged anyhow, and events that are damaged under right
# checksums, of both versions, each kind for the given seconds. Every file has a seed of its own, counted up from SEED; a failure prints it.
# Build first: dotnet build tests/ExitProf.Tests -c Release
set -eu
cd "$(dirname "$0")/.."
EXITPROF_FUZZ_SECONDS="${1:-600}" EXITPROF_FUZZ_SEED="${2:-$(date +%s)}" \
    dotnet test tests/ExitProf.Tests -c Release --no-build --logger "console;verbosity=detailed" \
    --filter "FullyQualifiedName~DamagedTraceTests.Damage_of_any_kind|FullyQualifiedName~ReaderFuzzTests"

#!/bin/sh
# Imports broken recordings of every kind: tests/fuzz-import.sh [FILES [SEED]], FILES of each kind (1,000,000). Every file has a seed of its
# own, counted up from SEED; a failure prints it. Build first: dotnet build tests/ExitProf.Tests -c Release
set -eu
cd "$(dirname "$0")/.."
EXITPROF_FUZZ_FILES="${1:-1000000}" EXITPROF_FUZZ_SEED="${2:-1}" \
    dotnet tests/ExitProf.Tests/bin/Release/net10.0/ExitProf.Tests.dll -class '*.ImportFuzzTests' -diagnostics

#!/bin/sh
# Imports damaged recordings for a while: tests/fuzz-import.sh [SECONDS [SEED]]. Every file has a seed of its own, counted up from SEED;
# a failure prints it. Build first: dotnet build tests/ExitProf.Tests -c Release
set -eu
cd "$(dirname "$0")/.."
EXITPROF_FUZZ_SECONDS="${1:-600}" EXITPROF_FUZZ_SEED="${2:-$(date +%s)}" \
    dotnet tests/ExitProf.Tests/bin/Release/net10.0/ExitProf.Tests.dll -namespace ExitProf.Tests.Import -diagnostics

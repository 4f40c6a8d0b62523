#!/bin/sh
# The emulator against the CPU at full size: tests/differential-emulation.sh [OPERANDS]. Each encoding that this CPU has is executed so often (5,000 times if not
# said), each time with other registers, flags, memory and way to address it. A failure prints the encoding, its bytes and the seed.
# Build first: dotnet build tests/ExitProf.Kvm.Tests -c Release
set -eu
cd "$(dirname "$0")/.."
EXITPROF_DIFFERENTIAL=${1:-5000} \
    dotnet test tests/ExitProf.Kvm.Tests -c Release --no-build --logger "console;verbosity=detailed" --filter "FullyQualifiedName~Emulation.DifferentialTests"

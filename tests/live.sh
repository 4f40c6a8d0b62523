#!/usr/bin/env bash
# live.sh: every live test on this machine's KVM, all of what the tests draw slices of; with arguments, for the test runner, some of them.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/ExitProf.Kvm.Tests -c Release --nologo -v quiet
EXITPROF_LIVE_ALL=1 dotnet tests/ExitProf.Kvm.Tests/bin/Release/net10.0/ExitProf.Kvm.Tests.dll "$@"

#!/usr/bin/env bash
# vmx.sh [LINES]: recordings on KVM on VMX by the product's --host vmx: Bochs boots Debian's Linux 6.1 once and records the first so many lines of
# tests/hosts/recordings (12), which are compared with tests/hosts/expected/vmx.txt. Not part of .ci/run: it takes minutes; tests/README.md says how many.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/ExitProf.Hosts.Tests -c Release --nologo -v quiet
EXITPROF_VMX_LINES=${1:-12} dotnet tests/ExitProf.Hosts.Tests/bin/Release/net10.0/ExitProf.Hosts.Tests.dll -class '*.VmxTests'

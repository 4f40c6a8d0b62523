#!/usr/bin/env bash
# hosts.sh: every recording of tests/hosts/recordings on both kernels, and every live test inside an emulated host. Minutes; tests/README.md says how many.
# What the recordings gave is compared with tests/hosts/expected; a difference leaves HOST.received.txt there. The results of the live tests go to the folder
# that EXITPROF_BATCH_RESULTS names, with the test that runs now in its batch.log.
set -euo pipefail
cd "$(dirname "$0")/.."
results=${EXITPROF_BATCH_RESULTS:-$(mktemp -d)}
echo "results of the live tests: $results"
dotnet build tests/ExitProf.Hosts.Tests -c Release --nologo -v quiet
EXITPROF_HOSTS_ALL=1 EXITPROF_BATCH_SECONDS=all EXITPROF_BATCH_RESULTS=$results \
  dotnet tests/ExitProf.Hosts.Tests/bin/Release/net10.0/ExitProf.Hosts.Tests.dll "$@"

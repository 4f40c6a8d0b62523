#!/usr/bin/env bash
# vmx.sh [LINES]: recordings on KVM on VMX: Bochs boots Debian's Linux 6.1 and records the first so many lines of tests/hosts/recordings (12), and the tests
# compare what came out with tests/hosts/expected/vmx.txt. Not part of .ci/run: a whole boot under Bochs takes minutes; tests/README.md says how many.
set -euo pipefail
cd "$(dirname "$0")/.."
lines=${1:-12}
work=$(mktemp -d "${TMPDIR:-/tmp}/exitprof-vmx-results.XXXXXX")
trap 'rm -rf "$work"' EXIT
# A lock file per project is checked in; one for this runtime would be written over it, so it goes beside the assets, which are not.
dotnet publish src/ExitProf -c Release -r linux-x64 --self-contained --nologo -v quiet -p:PublishReadyToRun=true \
  -p:NuGetLockFilePath=obj/publish.lock.json -p:ErrorOnDuplicatePublishOutputFiles=false --artifacts-path "$work/made" -o "$work/published"
grep -v '^#' tests/hosts/recordings | head -n "$lines" >"$work/recordings"
sed -E '/ --exits /!s/$/ --exits 100/; s/^/record /' "$work/recordings" >"$work/list"
start=$SECONDS
tests/vmx/host.sh "$work/published" "$work/list" "$work/out"
echo "vmx: booted and recorded $(wc -l <"$work/list") lines in $((SECONDS - start)) s"
dotnet build tests/ExitProf.Hosts.Tests -c Release --nologo -v quiet
EXITPROF_VMX_RESULTS=$work/out dotnet tests/ExitProf.Hosts.Tests/bin/Release/net10.0/ExitProf.Hosts.Tests.dll -class '*.VmxTests'

#!/usr/bin/env bash
# verify.sh [HOST...]: the tests of the emulated hosts with every scenario on every host (svm, svm-6.12 and vmx unless others are named), one host
# after the other. It takes about forty minutes, most of them under Bochs. What they gave is compared with expected/, from where the README's table comes.
set -uo pipefail
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- svm svm-6.12 vmx
published=$(mktemp -d)
trap 'rm -rf "$published"' EXIT
tests/hosts/publish.sh "$published" || exit
status=0
for host; do
  EXITPROF_PUBLISHED=$published EXITPROF_HOSTS_LIST=$host EXITPROF_HOSTS_MORE=1 LIMIT=${LIMIT:-3600} \
    dotnet test tests/ExitProf.Hosts.Tests -c Release --filter 'FullyQualifiedName!~HarnessTests' || status=1
done
exit $status

#!/usr/bin/env bash
# svm-6.12.sh: the tests of the emulated hosts on Debian's 6.12 kernel; 107 MB to download once, and no part of `dotnet test`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/get.sh" svm-6.12
EXITPROF_HOSTS_LIST=svm-6.12 exec dotnet test "$here/../ExitProf.Hosts.Tests" -c Release

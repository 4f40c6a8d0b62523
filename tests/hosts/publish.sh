#!/usr/bin/env bash
# publish.sh DIR: exitprof and the runner of lists, compiled ahead of time, with the .NET runtime; what host.sh takes into a host.
# Everything that is built on the way goes to a folder of its own, so a build in this tree finds its own assets as it left them.
set -euo pipefail
[ $# = 1 ] || { echo "usage: publish.sh DIR" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
made=$(mktemp -d "${TMPDIR:-/tmp}/exitprof-publish.XXXXXX")
trap 'rm -rf "$made"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
# A lock file per project is checked in; one for this runtime would be written over it, so it goes beside the assets, which are not.
dotnet publish "$here/../ExitProf.Hosts.Runner" -c Release -r linux-x64 --self-contained --nologo -v quiet \
  -p:PublishReadyToRun=true -p:NuGetLockFilePath=obj/publish.lock.json -p:ErrorOnDuplicatePublishOutputFiles=false \
  --artifacts-path "$made" -o "$out"
[ -x "$out/exitprof" ] || { echo "publish.sh: $out holds no exitprof" >&2; exit 1; }

#!/usr/bin/env bash
# planted-patch.sh [ABI [HOST]]: plants 200 instructions in kvm_io_bus_write of Debian's kernel (6.1.0-57 by default), by a module that is built here from Debian's
# headers (14 MB, unpacked and not installed), and has them found in an emulated host: +200 in pio-search, 0 in every other stage, in a function named [plant].
# Needs apt, gcc, make and jq. Some 60 s of CPU time, most of it for the two first boots. HOST is svm or vmx, which counts no functions and takes minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
exitprof=${EXITPROF:-dotnet src/ExitProf/bin/Release/net10.0/exitprof.dll}
abi=${1:-6.1.0-57}
host=${2:-svm}
functions=--functions
[ "$host" = svm ] || functions=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$PWD/tests/hosts/plant/plant.c
(
  cd "$work"
  version=${abi%.0-*}
  apt-get -qq -o APT::Sandbox::User=root download "linux-headers-$abi-cloud-amd64" "linux-headers-$abi-common" "linux-kbuild-$version"
  for package in *.deb; do dpkg-deb -x "$package" .; done
  headers=$work/usr/src/linux-headers-$abi-cloud-amd64
  # They look for each other below /usr/src and /usr/lib.
  sed -i "s,/usr/src,$work/usr/src," "$headers/Makefile"
  for link in scripts tools; do ln -sfn "$work/usr/lib/linux-kbuild-$version/$link" "$work/usr/src/linux-headers-$abi-common/$link"; done
  mkdir module
  cp "$source" module/
  echo 'obj-m := plant.o' >module/Makefile
  make -s -C "$headers" M="$work/module" CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2
)
# Built for one kernel, it has to be compared on that one: a newer ABI has headers of its own name.
# shellcheck disable=SC2086 # no option is no argument
$exitprof ab pio-out --host "$host" $functions --kernel "debian:$abi" --boots 1 \
  --a-insmod "$work/module/plant.ko,rounds=0" --b-insmod "$work/module/plant.ko,rounds=100" \
  --format json -o "$work/ab.nettrace" >"$work/ab.json"
jq -r '.comparisons[0] | "total \(.shift.absolute.value)", (.stages[] | select(.shift.absolute.value != null) | "\(.stage) \(.shift.absolute.value)"),
  ((.functions // [])[] | "\(.name) \(.new - .base)")' "$work/ab.json" | tee "$work/found"
for wanted in "total 200" "pio-search 200"; do grep -qx "$wanted" "$work/found" || { echo "not found: $wanted" >&2; exit 1; }; done
[ -z "$functions" ] || [ "$(grep -c '^lengthen \[plant\] 200$' "$work/found")" = 1 ] || { echo "not found: a function of [plant]" >&2; exit 1; }
others=$(jq '[.comparisons[0] | .stages[] | select(.stage != "pio-search") | .shift.absolute.value // 0 | select(. != 0)] | length' "$work/ab.json")
[ "$others" = 0 ] || { echo "$others other stages differ" >&2; exit 1; }
echo "found: 200 instructions in pio-search${functions:+, in [plant],} and nothing elsewhere"

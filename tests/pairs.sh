#!/bin/sh
# What `ab --a-run --b-run` says of two builds of the smallest C loop (about 100 pairs of 0.4 s each; needs gcc and /dev/kvm):
#   tests/pairs.sh FOLDER [wait|alike]...       a build that waits 3,000 cycles between the runs, at --margin 0.5%; two builds of one source, at 2 %
# FOLDER keeps the builds and PART.json, PART.md. EXITPROF is the command, if it is not to be the one that is built here; PAIRS is their number (100).
set -eu
[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0"; exit 1; }
out=$1
shift
mkdir -p "$out"
git -C "$(dirname "$0")" rev-parse --short HEAD > "$out/commit" 2> /dev/null || true
[ $# -gt 0 ] || set -- wait alike
root=$(cd "$(dirname "$0")/.." && pwd)
source=$root/tests/ExitProf.Benchmarks/Peer/pio_loop.c
if [ -z "${EXITPROF:-}" ]; then
    dotnet build -c Release --nologo -v quiet "$root/src/ExitProf" || exit 2
    EXITPROF="dotnet $root/src/ExitProf/bin/Release/net10.0/exitprof.dll"
fi

gcc -O2 -o "$out/base" "$source"
gcc -O2 -o "$out/alike" "$source"
sed 's/^\( *\)took\[exits++\] = after - before;/&\n\1for (uint64_t end = __rdtsc() + 3000; __rdtsc() < end;) {}/' "$source" > "$out/wait.c"
cmp -s "$source" "$out/wait.c" && { echo "pairs.sh: $source has no place for the wait any more" >&2; exit 2; }
gcc -O2 -o "$out/wait" "$out/wait.c"

# What the guest saw around its OUT: the median of 2,000 exits.
median() { echo "$out/$1 2000 | awk '{print \$6}'"; }

for part in "$@"; do
    [ "$part" = wait ] && margin=0.5% || margin=2%
    code=0
    $EXITPROF ab --a-run "$(median base)" --b-run "$(median "$part")" --runs "${PAIRS:-100}" --margin $margin --fail-on worse --unit cycles \
        --format json --report "$out/$part.md" > "$out/$part.json" || code=$?
    sed -n 2p "$out/$part.md"
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || exit $code
done

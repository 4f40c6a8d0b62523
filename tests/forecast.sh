#!/bin/sh
# Holds forecasts against the macro A/B that they are of (a few minutes; needs /dev/kvm):
#   tests/forecast.sh FOLDER [exits|cache-exits|cache-work]...
#   exits        a wait of 6,000 cycles in the device, on a loop that only exits
#   cache-exits  the instruction cache, on a loop that only exits
#   cache-work   the instruction cache, on cpu-loop with emulated exits
# Each part records the micro A/B, makes the forecast from it, then measures the macro A/B in a recording of its own. A line of FOLDER/forecast.tsv is the
# part, and in percent of the macro: forecast, low, high, measured, low, high, and whether the two intervals (99 % each) meet. Of two estimates of one figure
# such intervals fail to meet less than once in 2,000 times. EXITPROF is the command, if it is not to be the one that is built here.
set -eu
[ $# -ge 1 ] || { sed -n '2,10s/^# //p' "$0"; exit 1; }
out=$1
shift
mkdir -p "$out"
git -C "$(dirname "$0")" rev-parse --short HEAD > "$out/commit" 2> /dev/null || true
[ $# -gt 0 ] || set -- exits cache-exits cache-work
root=$(cd "$(dirname "$0")/.." && pwd)
seconds=${SECONDS_EACH:-30}
if [ -z "${EXITPROF:-}" ]; then
    dotnet build -c Release --nologo -v quiet "$root/src/ExitProf" || exit 2
    EXITPROF="dotnet $root/src/ExitProf/bin/Release/net10.0/exitprof.dll"
fi

# judged NAME ARGUMENTS: an A/B with its trace and verdict.
judged() {
    name=$1
    shift
    rm -f "$out/$name.nettrace"
    $EXITPROF ab "$@" --seconds "$seconds" --events none -o "$out/$name.nettrace" --format json > "$out/$name.json" 2> /dev/null
}

# percent FILE: value, low and high of the first "percent" in it.
percent() {
    awk '/"percent": \{/ { found = 1 } found && /"(value|low|high)":/ { gsub(/[^0-9.-]/, "", $2); printf "%s%s", separator, $2; separator = "\t"; if (++n == 3) exit }' "$1"
}

for part in "$@"; do
    case $part in
        exits) micro="pio-out --a device-delay=0 --b device-delay=6000" macro=$micro ;;
        cache-exits) micro="icache-hot --a cache=off --b cache=on" macro=$micro ;;
        cache-work) micro="icache-hot --a cache=off --b cache=on" macro="cpu-loop --a cache=off --b cache=on --set exit=emulated --set exits=20" ;;
        *) echo "forecast.sh: there is no part '$part'" >&2; exit 1 ;;
    esac
    # shellcheck disable=SC2086 # words of a command
    judged "$part-micro" $micro
    judged "$part-macro" $macro
    # The rate is that of the macro's own base: how often it exits, and what share of its time that takes, is known before the change is made.
    $EXITPROF forecast "$out/$part-micro.nettrace" --from "$out/$part-macro.nettrace" --format json > "$out/$part-forecast.json"
    forecast=$(percent "$out/$part-forecast.json")
    measured=$(percent "$out/$part-macro.json")
    verdict=$(printf '%s\t%s\n' "$forecast" "$measured" | awk '{ print ($2 <= $6 && $5 <= $3) ? "meet" : "apart" }')
    printf '%s\t%s\t%s\t%s\n' "$part" "$forecast" "$measured" "$verdict" | tee -a "$out/forecast.tsv"
done

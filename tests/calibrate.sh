#!/bin/sh
# calibrate.sh FOLDER [PART...]: what the gate of `exitprof ab` does on this host, from live runs; each leaves its JSON and its exit code in FOLDER.
#   windows        1,000 contiguous windows of 20 quads of a configuration against itself          (6 minutes)
#   alike          200 runs of 2 s of a configuration against itself                               (12 minutes)
#   one-percent    40 runs of 5 s against a busy-wait that adds 1 % to the exit, --margin 0.5%     (5 minutes)
#   fifth-percent  40 runs of 60 s against a busy-wait that adds 0.2 % to the exit, --margin 0.1%  (45 minutes)
# A run that is in FOLDER is not made again; `cut -d" " -f1 FOLDER/one-percent-*.code | sort | uniq -c` counts the runs that ended with 3 (worse).
# EXITPROF is the command, if it is not to be the one that is built here.
set -u
[ $# -ge 1 ] || { sed -n '2,8s/^# //p' "$0"; exit 1; }
out=$1
shift
mkdir -p "$out"
git -C "$(dirname "$0")" rev-parse --short HEAD > "$out/commit" 2> /dev/null || true
[ $# -gt 0 ] || set -- windows alike one-percent fifth-percent
root=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${EXITPROF:-}" ]; then
    dotnet build -c Release --nologo -v quiet "$root/src/ExitProf" || exit 2
    EXITPROF="dotnet $root/src/ExitProf/bin/Release/net10.0/exitprof.dll"
fi

# run NAME ARGUMENTS: its JSON, and its exit code beside it.
run() {
    name=$1
    shift
    if [ ! -s "$out/$name.code" ]; then
        $EXITPROF ab pio-out "$@" --format json -o /dev/null > "$out/$name.json" 2> "$out/$name.err"
        code=$?
        case $code in
            0 | 3 | 4) rm -f "$out/$name.err" ;;
            *) cat "$out/$name.err" >&2; exit $code ;;
        esac
        echo "$code $(date -u +%FT%TZ)" > "$out/$name.code"
    fi
    cycles=$(sed -n 's/^ \{6\}"base": \([0-9.]*\),$/\1/p' "$out/$name.json" | head -n 1)
}

# What a wait of $1 cycles does not add to `userspace`: while it lasts, what is cold after an exit arrives, for which the VMM would have waited anyway.
hidden() {
    awk -v wait="$1" '/"stage": "userspace"/ { found = 1 } found && /"value":/ { gsub(/[^0-9.-]/, ""); printf "%d", wait - $0 + 0.5; exit }' "$out/$name.json"
}

# The wait that adds the share of the exit, as the run before found it: how long one takes changes with what else the machine does.
planted() { awk -v c="$cycles" -v s="$1" -v h="$hidden" 'BEGIN { printf "%d", c * s + h + 0.5 }'; }

for part in "$@"; do
    case $part in
        windows) run windows --aa --windows 1000 --set device-delay=0 ;;
        alike) for i in $(seq -w 200); do run "alike-$i" --aa --seconds 2 --set device-delay=0; done ;;
        one-percent | fifth-percent)
            [ "$part" = one-percent ] && share=0.01 seconds=5 margin=0.5% || share=0.002 seconds=60 margin=0.1%
            run "$part-exit" --a device-delay=0 --b device-delay=1000 --seconds 10
            hidden=$(hidden 1000)
            for i in $(seq -w 40); do
                run "$part-$i" --a device-delay=0 --b "device-delay=$(planted $share)" --seconds $seconds --margin $margin --fail-on worse
            done ;;
        *) echo "calibrate.sh: there is no part '$part'" >&2; exit 1 ;;
    esac
done

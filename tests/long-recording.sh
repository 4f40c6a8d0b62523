#!/usr/bin/env bash
# Records for minutes while another process reads the file every few seconds, and prints what memory, counts and losses come to:
# tests/long-recording.sh [MINUTES [KIND [OPTION...]]]; KIND is record (our own VM at its full rate) or attach (a VM that runs beside it);
# options go to that command, like --rotate 100MB. Needs /dev/kvm, for attach root. Build first: dotnet build -c Release
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-10} kind=${2:-record}
shift $(($# < 2 ? $# : 2))
exitprof="dotnet ${EXITPROF:-src/ExitProf/bin/Release/net10.0/exitprof.dll}"
seconds=$((minutes * 60)) every=5
folder=$(mktemp -d "${TMPDIR:-/tmp}/long-recording.XXXXXX")
guest='' recorder=''
cleanup() {
  [ -z "$recorder" ] || kill -TERM "$recorder" 2>/dev/null || true
  [ -z "$guest" ] || kill -TERM "$guest" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap cleanup EXIT

case $kind in
  record) $exitprof record pio-out --seconds "$seconds" -o "$folder/long.nettrace" "$@" >"$folder/out" 2>"$folder/err" & recorder=$! ;;
  attach)
    $exitprof record pio-out --events none --seconds 20000 -o /dev/null >/dev/null 2>&1 & guest=$!
    until ls -l "/proc/$guest/fd" 2>/dev/null | grep -q kvm-vcpu; do kill -0 "$guest" || exit 1; sleep 0.2; done
    $exitprof attach "$guest" --seconds "$seconds" -o "$folder/long.nettrace" "$@" >"$folder/out" 2>"$folder/err" & recorder=$! ;;
  *) echo "KIND is record or attach"; exit 1 ;;
esac

# Memory each second, whatever the reader waits for.
(
  start=$SECONDS
  while resident=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$recorder/status" 2>/dev/null) && [ -n "$resident" ]; do
    echo "$((SECONDS - start)) $resident" >>"$folder/memory"
    sleep 1
  done
) &

# Exits with kernel events and without, as the report counts them before its configurations.
exits_of() { sed 's/"configurations".*//' "$1" | grep -o '"exits":[0-9]*' | awk -F: '{ sum += $2 } END { print sum + 0 }'; }

began=$SECONDS reads=0 refused=0 losses=0
while kill -0 "$recorder" 2>/dev/null && [ $((SECONDS - began)) -lt $((seconds + 600)) ]; do
  sleep "$every"
  newest=$(ls -t "$folder"/long*.nettrace 2>/dev/null | head -1) || true
  [ -n "$newest" ] || continue
  if timeout 300 $exitprof report --format json "$newest" >"$folder/report" 2>"$folder/report.err"; then
    tr -d ' \n' <"$folder/report" >"$folder/report.json"
    reads=$((reads + 1))
    if grep -o '"id":"[a-z-]*"' "$folder/report.json" | grep -E '"(trace-damaged|payload-crc|payload-format|undefined-block|batch-damaged|count-mismatch|header-incomplete)"' >/dev/null; then
      losses=$((losses + 1)); cp "$folder/report.json" "$folder/damaged.json"
    fi
  elif [ -e "$newest" ]; then # what is not to be kept may be deleted meanwhile
    refused=$((refused + 1)); cat "$folder/report.err"
  fi
done
wait "$recorder" && code=0 || code=$?
recorder=''
cat "$folder/err"

echo "$kind $*: $minutes minutes, exit code $code"
du -cb "$folder"/long*.nettrace | awk 'END { printf "files: %d bytes, ", $1 }'
ls "$folder"/long*.nettrace | wc -l
exits=0 found=''
for file in "$folder"/long*.nettrace; do
  $exitprof report --format json "$file" | tr -d ' \n' >"$folder/report.json"
  exits=$((exits + $(exits_of "$folder/report.json")))
  found="$found$(tr '{' '\n' <"$folder/report.json" | sed -n '/"severity":"\(data-loss\|error\|warning\)"/s/.*"id":"\([a-z-]*\)".*"count":\([0-9]*\).*/ \1=\2/p' | sort -u | tr -d '\n')"
done
[ "$kind" = attach ] || echo "exits with and without events: $exits"
echo "read beside it: $reads times, refused $refused times, damaged $losses times"
echo "findings above info, and their counts:${found:- none}"
# The first minute fills buffers and compiles.
awk '$1 > 60 { n++; sx += $1; sy += $2; sxx += $1 * $1; sxy += $1 * $2; if (!low || $2 < low) low = $2; if ($2 > high) high = $2 }
  END { if (n > 2) printf "memory after the first minute: %d to %d KiB resident, slope %+.1f KiB a minute\n", low, high, 60 * (n * sxy - sx * sy) / (n * sxx - sx * sx)
        else print "memory: too short to say" }' "$folder/memory"
[ "$code" = 0 ] && [ "$refused" = 0 ] && [ "$losses" = 0 ]

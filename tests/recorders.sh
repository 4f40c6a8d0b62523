#!/usr/bin/env bash
# recorders.sh [SECONDS]: records a machine by perf record, trace-cmd and attach on this machine's KVM, and compares what they say.
# At once: exits per reason have to be the same, the median of each step within 2 % or one event's cost, because each recorder's probes delay
# the others'. The machine is stopped at both ends, so that all three have the same interval. One after another: medians are printed, because
# an event costs more in a buffer whose pages are cold, and perf's cost more than ftrace's; EXITPROF_RECORDERS=exact, where instructions are
# counted, holds attach and trace-cmd to 2 %.
# As root; needs perf and trace-cmd. Build first: dotnet build -c Release src/ExitProf. tests/hosts/recorders.sh runs this in an emulated host.
set -euo pipefail
set -m
seconds=${1:-0.3}
exitprof="dotnet $(cd "$(dirname "$0")/.." && pwd)/src/ExitProf/bin/Release/net10.0/exitprof.dll"
tracefs=/sys/kernel/tracing
buffer=$tracefs/instances/recorders_$$
folder=$(mktemp -d) machine="" perf="" attach="" failed=0
end() {
    for process in $perf $attach; do kill -INT "$process" 2> /dev/null && wait "$process"; done
    [ -z "$machine" ] || kill -KILL "$machine"
    if [ -d "$buffer" ]; then rmdir "$buffer"; fi
    rm -rf "$folder"
}
trap end EXIT
wait_for() { # WHAT COMMAND...
    for _ in $(seq 600); do "${@:2}" && return; sleep 0.1; done
    echo "no $1 within 60 s" >&2
    exit 1
}
cd "$folder"

$exitprof record pio-out --seconds 36000 --events none -o machine.nettrace > machine.log 2>&1 & machine=$!
runs() { [ "$(stat -c %s machine.nettrace 2> /dev/null || echo 0)" -gt 100000 ]; }
wait_for "machine" runs
vcpu=$(grep -lx "exitprof vcpu" /proc/$machine/task/*/comm | cut -d/ -f5)
kill -STOP $machine

names=()
for event in kvm_exit kvm_entry kvm_pio kvm_mmio vcpu_match_mmio kvm_fpu kvm_emulate_insn kvm_userspace_exit kvm_page_fault kvm_fast_mmio \
    kvm_cpuid kvm_msr kvm_hypercall kvm_apic kvm_eoi kvm_inj_virq kvm_inj_exception kvm_vcpu_wakeup; do names+=("kvm/$event"); done
names+=(rcu/rcu_utilization sched/sched_switch)

# The buffer is made as trace-cmd record makes one, and read by trace-cmd: its record and start crash where set_ftrace_pid cannot be opened.
open_buffer() { # CLOCK
    mkdir "$buffer"
    echo 0 > "$buffer/tracing_on"
    echo "$1" > "$buffer/trace_clock"
    echo 40000 > "$buffer/buffer_size_kb"
    echo "$vcpu" > "$buffer/set_event_pid"
    for name in "${names[@]}"; do echo 1 > "$buffer/events/$name/enable"; done
}
start_perf() { # NAME
    perf record -m 4096 --clockid monotonic_raw $(printf -- '-e %s ' "${names[@]/\//:}") -t "$vcpu" -o "$1.data" > "$1.log" 2>&1 & perf=$!
    recorded() { [ -e "$1.data" ]; }
    # The file is there when the events are open.
    wait_for "perf record" recorded "$1"
    sleep 1
}
start_attach() { # NAME
    $exitprof attach $machine -o "$1.nettrace" > "$1.log" 2>&1 & attach=$!
    # A new instance is on before its events are.
    attached() { grep -qx "$vcpu" $tracefs/instances/exitprof_${attach}_*/set_event_pid 2> /dev/null; }
    wait_for "attach" attached
    sleep 1
}
run() { kill -CONT $machine; sleep "$seconds"; kill -STOP $machine; sleep 0.5; }
run_buffer() { echo 1 > "$buffer/tracing_on"; run; echo 0 > "$buffer/tracing_on"; }
end_perf() { kill -INT $perf; wait $perf || true; perf=""; $exitprof import "$1.data" -o "$1.nettrace" --quiet > /dev/null; }
end_attach() { kill -INT $attach; wait $attach; attach=""; }
end_buffer() { # NAME
    trace-cmd extract -B "$(basename "$buffer")" -o "$1.dat" > "$1.log" 2>&1
    if [ -d "$buffer" ]; then rmdir "$buffer"; fi
    $exitprof import "$1.dat" -o "$1.nettrace" --quiet > /dev/null
}

start_attach attach-alone; run; end_attach
start_perf perf-alone; run; end_perf perf-alone
# attach reads the TSC; the kernel's mono_raw, which perf has too, takes longer to read.
open_buffer x86-tsc; run_buffer; end_buffer trace-cmd-alone
open_buffer mono_raw
start_perf perf
start_attach attach
run_buffer
end_attach
end_perf perf
end_buffer trace-cmd

recorders=(attach perf trace-cmd attach-alone perf-alone trace-cmd-alone)
for recorder in "${recorders[@]}"; do $exitprof export $recorder.nettrace --to csv -o $recorder.csv --quiet > /dev/null; done
hertz=$(sed -n 's/^# clock: \([0-9]*\) ticks.*/\1/p' attach.csv)
[ "$hertz" -gt 0 ]

# Lines of: reason and where it was answered, step, exits with it, its median in cycles.
steps() { # RECORDER
    awk -F, -v hertz="$hertz" '
        /^# clock: / { split($0, word, " "); scale = hertz / word[3]; next }
        /^#/ { next }
        !columns { for (columns = 1; columns <= NF; columns++) name[columns] = $columns; next }
        { for (i = 12; i <= NF; i++) if ($i != "") print $7 "," $8 "," name[i] "," $i * scale }' "$1.csv" |
        sort -t, -k1,3 -k4,4n |
        awk -F, -v OFS=, '
            function give() { if (count) print last, count, (value[int((count + 1) / 2)] + value[int(count / 2) + 1]) / 2 }
            { key = $1 "|" $2 "|" $3; if (key != last) { give(); count = 0; last = key } value[++count] = $4 }
            END { give() }' > "$1.steps"
}
for recorder in "${recorders[@]}"; do steps $recorder; done
samples=$(sed -n 's/.*(\([0-9]*\) samples).*/\1/p' perf.log)
# Two more recorders make each of an exit's events longer.
duration() { awk -F, '$1 ~ /\|KVM_EXIT_IO\|duration$/ { print $3, $2 }' "$1.steps"; }
event=$(echo "$(duration attach) $(duration attach-alone) $samples" | awk '{ printf "%.0f", ($1 - $3) / (2 * $5 / $2) }')
echo "one event of one more recorder costs $event cycles"
awk -F, -v event="$event" '
    FILENAME != file { file = FILENAME; files++ }
    { key = $1; keys[key] = 1; count[key, files] = $2; median[key, files] = $3 }
    END {
        print "reason|answer|step: exits and median cycles of attach, perf, trace-cmd"
        for (key in keys) {
            line = key ":"
            low = high = median[key, 1]
            for (f = 1; f <= 3; f++) {
                line = line sprintf("  %d %.0f", count[key, f], median[key, f])
                if (count[key, f] != count[key, 1]) wrong++
                if (median[key, f] < low) low = median[key, f]
                if (median[key, f] > high) high = median[key, f]
            }
            # What few exits have has no median to speak of, and a whole exit has many events.
            far = key !~ /duration$/ && count[key, 1] >= 100 && high - low > 0.02 * low && high - low > event
            wrong += far
            print line (far ? "  APART" : "")
        }
        print wrong ? wrong " differences" : "at once, the three agree"
        exit wrong > 0 || !files
    }' attach.steps perf.steps trace-cmd.steps || failed=1
awk -F, -v exact="${EXITPROF_RECORDERS:-}" '
    FILENAME != file { file = FILENAME; files++ }
    { key = $1; keys[key] = 1; count[key, files] = $2; median[key, files] = $3 }
    END {
        print "one after another: median cycles of attach, perf, trace-cmd"
        for (key in keys) {
            if (count[key, 1] < 100 || count[key, 2] < 100) continue
            far = median[key, 1] - median[key, 2]
            far = (far < 0 ? -far : far) > 0.02 * median[key, 1]
            compared++
            wrong += far
            printf "%s:  %.0f %.0f %.0f%s\n", key, median[key, 1], median[key, 3], median[key, 2], far ? "  APART" : ""
        }
        print wrong ? wrong " of " compared " differ" : "attach and trace-cmd agree"
        exit !compared || wrong > 0 && exact
    }' attach-alone.steps trace-cmd-alone.steps perf-alone.steps || failed=1
exit $failed

using ExitProf.Linux;
using ExitProf.Traces;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace ExitProf.Recording;

/// <summary>
/// Records the exits of machines that already run, without stopping them: the kernel's events of their vCPU threads, from a ring buffer of
/// its own on each CPU, read while it is written.
/// </summary>
public sealed class AttachRecording
{
    /// <summary>The scenario's name in the trace: what the machines do, nobody but their owner knows.</summary>
    public const string Scenario = "attach";

    /// <summary>Between two readings of the buffers, which hold 50 ms and more.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Between two looks at the processes' threads.</summary>
    private static readonly TimeSpan ThreadInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two slices of the trace: what is lost if the recorder is killed.</summary>
    private static readonly TimeSpan SliceInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClockTrial = TimeSpan.FromMilliseconds(200);

    private readonly AttachOptions options;
    private readonly IProgress<RecordingProgress> progress;
    private readonly CancellationToken cancelled;
    private readonly FollowedThreads threads;
    private readonly FindingLedger findings = new();
    private long joined;

    private AttachRecording(AttachOptions options, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        (this.options, this.progress, this.cancelled) = (options, progress, cancelled);
        threads = new FollowedThreads(options.Machines);
    }

    /// <param name="sink">Gets the trace, in slices of a second at most.</param>
    /// <returns>False if it was cancelled before its time was over.</returns>
    /// <exception cref="UnfitHostException">tracefs is not to be had, or the machines are gone.</exception>
    public static bool Record(AttachOptions options, ITraceSink sink, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        if (options.Machines.IsEmpty) throw NoVmException.None();
        return new AttachRecording(options, progress, cancelled).Record(sink);
    }

    private bool Record(ITraceSink sink)
    {
        Backend backend = KvmBackend.Detect();
        string tracefs = TracefsMount.Find();
        var first = threads.Refresh();
        if (first.Count == 0) throw NoVmException.Gone(options.Machines[0].Pid, Errno.ENOENT, "/proc");
        var comparison = new CounterComparison([.. options.Machines.Select(m => m.Pid)], options.Unrecorded);
        comparison.WatchBefore(cancelled);
        var clock = new TraceClock(Tsc.MeasureHertz(ClockTrial), Tsc.MeasureGrain(), options.Unit);
        EventGroups groups = EventGroups.Kvm | (backend == Backend.Pvm ? EventGroups.Rcu : 0)
            | (options.Syscalls ? EventGroups.RawSyscalls : 0);
        bool whole;
        LiveExits exits;
        long[] lost;
        using (var tracing = new AttachTracing(tracefs, EventSet.Attach, groups, [.. first.Select(t => t.Id)]))
        {
            exits = new LiveExits(sink, b => Header(b == Backend.Unknown ? backend : b, tracing.Groups, clock), tracing.Formats,
                tracing.Texts, tracing.Layout, tracing.Cpus, byNotes: backend == Backend.Pvm, options.ByRip);
            Name(exits, first);
            comparison.Begin(() => tracing.Write(on: true));
            whole = Follow(tracing, exits);
            comparison.End(() => tracing.Write(on: false));
            tracing.ReadRest(exits);
            lost = tracing.Lost();
        }
        comparison.WatchAfter(cancelled);
        AddFindings(backend, exits, comparison, lost.Sum());
        foreach (Finding finding in findings.All) exits.Add(finding);
        exits.Complete(lost, interrupted: !whole && options.Duration != null);
        return whole;
    }

    private bool Follow(AttachTracing tracing, LiveExits exits)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan looked = default, sliced = default;
        while (threads.AnyRuns)
        {
            if (cancelled.IsCancellationRequested) return false;
            TimeSpan now = watch.Elapsed;
            if (now >= options.Duration) return true;
            if (tracing.Read(exits) == 0 || options.Duration - now > Pause || options.Duration == null) cancelled.WaitHandle.WaitOne(Pause);
            if (now - sliced >= SliceInterval)
            {
                sliced = now;
                exits.Flush();
            }
            if (now - looked < ThreadInterval) continue;
            looked = now;
            var found = threads.Refresh();
            if (found.Count > 0) tracing.Follow(found.Select(t => t.Id));
            joined += found.Count;
            Name(exits, found);
            double share = options.Duration is { } all ? now / all : 0;
            progress.Report(new RecordingProgress(share, $"{exits.Vcpus} vCPUs", exits.Exits));
        }
        return true;
    }

    private static void Name(LiveExits exits, IReadOnlyList<(int Id, RunningVm Machine, string Name)> found)
    {
        foreach ((int id, RunningVm machine, string name) in found) exits.Name(id, machine.Pid, name);
    }

    private void AddFindings(Backend backend, LiveExits exits, CounterComparison comparison, long lost)
    {
        TscTrust.Report(findings, options.Unit);
        if (backend == Backend.Pvm)
        {
            findings.Add(FindingKind.NoHardwareReasons, "This host's KVM is PVM, which writes no kvm_exit and no kvm_entry: exits are those "
                + "between two RCU notes, they have no reason of the hardware's, and those that KVM answered without an event are unknown; "
                + "code of the guest that KVM interprets makes no exits that can be told from it.");
        }
        foreach (RunningVm machine in threads.Ended)
            findings.Add(FindingKind.MachineEnded, $"Machine {machine.Name} (process {machine.Pid}) ended while it was recorded.");
        if (joined > 0)
        {
            findings.Add(FindingKind.VcpuJoined, Agreement.Of(joined, $"{joined:N0} [threads were|thread was] started while the machines "
                + $"were recorded; [their|its] exits are missing for up to {ThreadInterval.TotalMilliseconds:N0} ms."), joined);
        }
        comparison.AddFindings(findings, exits.Exits, lost, exits.Vcpus, exact: backend != Backend.Pvm);
    }

    private TraceHeader Header(Backend backend, EventGroups groups, TraceClock clock) => AttachHeader.Of(
        Scenario,
        backend,
        groups,
        clock,
        [.. options.Facts, .. options.Machines.Select(m => new Fact(AttachedMachine.FactName(m.Pid), m.Name))]);
}

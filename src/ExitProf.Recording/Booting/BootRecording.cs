using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace ExitProf.Recording;

/// <summary>
/// Boots a guest of somebody else's in our VMM: as it is, so that what it measures and prints is its own, or with the kernel's events on,
/// so that every exit is recorded.
/// </summary>
public static class BootRecording
{
    /// <summary>The scenario's name in the trace.</summary>
    public const string Scenario = "run";

    /// <summary>About 5 bytes each: a trace has to fit into the mailbox of an emulated host.</summary>
    private const long MostEnds = 6_000_000;

    private static readonly TimeSpan ClockTrial = TimeSpan.FromMilliseconds(200);

    /// <summary>Between two readings of the buffers, which hold 50 ms and more.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Why this machine's KVM cannot run such a guest; null if it can.</summary>
    public static string? Trouble => KvmBackend.Detect() == Backend.Pvm
        ? "this machine's KVM is PVM, which runs 64-bit user code only, and a multiboot guest begins in ring 0" : null;

    /// <summary>The CPU that a guest runs on: the last that this process may use.</summary>
    public static int Cpu => CpuSet.Allowed()[^1];

    /// <summary>Runs the guest unrecorded.</summary>
    /// <exception cref="MultibootException">It cannot be booted.</exception>
    public static BootedRun Play(BootOptions options, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        using var booted = new Booted(options, cancelled);
        booted.Start();
        return booted.Follow(() => cancelled.WaitHandle.WaitOne(ProgressInterval), ran => progress.Report(Progress(options, ran, 0, "runs")));
    }

    /// <summary>Runs the guest and records its exits.</summary>
    /// <param name="sink">Gets the trace.</param>
    /// <exception cref="MultibootException">It cannot be booted.</exception>
    /// <exception cref="UnfitHostException">tracefs is not to be had.</exception>
    public static BootedRun Record(
        BootOptions options, ITraceSink sink, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        string tracefs = TracefsMount.Find();
        var clock = new TraceClock(Tsc.MeasureHertz(ClockTrial), Tsc.MeasureGrain(), options.Unit);
        EventGroups groups = EventGroups.Kvm | (options.Syscalls ? EventGroups.RawSyscalls : 0);
        var budget = new ExitBudget(options.Exits, MostEnds);
        using var booted = new Booted(options, cancelled);
        BootedRun run;
        LiveExits exits;
        long[] lost;
        using (var tracing = new AttachTracing(tracefs, EventSet.Attach, groups, [booted.ThreadId]))
        {
            exits = new LiveExits(sink, b => Header(options, b, tracing.Groups, clock), tracing.Formats, tracing.Texts, tracing.Layout,
                tracing.Cpus, byNotes: false, byRip: false, budget);
            exits.Name(booted.ThreadId, Environment.ProcessId, options.Name);
            booted.GiveWay();
            tracing.Write(on: true);
            booted.Start();
            run = booted.Follow(Read, ran => progress.Report(Progress(options, ran, exits.Exits, "records")));
            tracing.Write(on: false);
            tracing.ReadRest(exits);
            lost = tracing.Lost();

            void Read()
            {
                tracing.Read(exits);
                Thread.Sleep(Pause);
            }
        }
        AddFindings(exits, budget, run, options);
        exits.Complete(lost, interrupted: run.End.Kind == GuestEndKind.Cancelled);
        return run;
    }

    private static RecordingProgress Progress(BootOptions options, TimeSpan ran, long exits, string doing) =>
        new(Math.Min(1, ran / options.Limit), $"{options.Name} {doing}", exits);

    private static void AddFindings(LiveExits exits, ExitBudget budget, BootedRun run, BootOptions options)
    {
        var findings = new FindingLedger();
        TscTrust.Report(findings, options.Unit);
        if (!run.End.IsByItself) findings.Add(FindingKind.GuestStopped, run.End.Sentence);
        findings.Add(FindingKind.EndsOnly, $"The first {options.Exits:N0} exits of each reason are whole (--exits); {budget.Ends:N0} further ones "
            + "have their ends only: they count in times, not in stages.", budget.Ends);
        findings.Add(FindingKind.OnlyCounted, $"{budget.Nothing:N0} exits beyond {MostEnds:N0} were counted and are not in the trace.",
            budget.Nothing);
        if (run.Exits is { } counted)
        {
            findings.Add(counted == exits.Exits ? FindingKind.KvmCountersAgree : FindingKind.KvmCountersDiffer,
                $"KVM counted {counted:N0} exits while {exits.Exits:N0} were recorded.");
        }
        foreach (Finding finding in findings.All) exits.Add(finding);
    }

    private static TraceHeader Header(BootOptions options, Backend backend, EventGroups groups, TraceClock clock) => AttachHeader.Of(
        Scenario,
        backend == Backend.Unknown ? KvmBackend.Detect() : backend,
        groups,
        clock,
        [.. options.Facts, new Fact(AttachedMachine.FactName(Environment.ProcessId), options.CommandLine)]);

    /// <summary>A guest with the thread that its vCPU runs on.</summary>
    private sealed class Booted : IDisposable
    {
        private readonly BootOptions options;
        private readonly Kvm kvm = new();
        private readonly MultibootGuest guest;

        // It may run for minutes: others are to have their share of its CPU.
        private readonly VcpuThread thread = new(Cpu, favoured: false);
        private readonly CancellationTokenSource stop;
        private GuestEnd? end;

        public Booted(BootOptions options, CancellationToken cancelled)
        {
            this.options = options;
            stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
            try
            {
                var image = MultibootImage.Parse(options.Image, MultibootGuest.MemoryBytes);
                guest = new MultibootGuest(kvm, image, options.CommandLine);
            }
            catch
            {
                stop.Dispose();
                thread.Dispose();
                kvm.Dispose();
                throw;
            }
        }

        public int ThreadId => thread.ThreadId;

        /// <summary>
        /// With a single CPU, as in an emulated host, the reader of the buffers has to get it when it wakes: a guest that does nothing but
        /// exit fills them in 50 ms.
        /// </summary>
        public void GiveWay()
        {
            if (Environment.ProcessorCount == 1) thread.GiveWay();
        }

        public void Start() => thread.Start(() => end = guest.Run(options.Limit, stop.Token));

        /// <summary>Waits for the guest's end.</summary>
        /// <param name="wait">Is called again and again meanwhile, and takes a while.</param>
        /// <param name="report">Gets the time that it ran, now and then.</param>
        public BootedRun Follow(Action wait, Action<TimeSpan> report)
        {
            var watch = Stopwatch.StartNew();
            TimeSpan reported = default;
            while (thread.Running)
            {
                wait();
                if (watch.Elapsed - reported < ProgressInterval) continue;
                reported = watch.Elapsed;
                report(LibC.ThreadCpuTime(ThreadId));
            }
            thread.Wait();
            return new BootedRun(end!, [.. guest.Output], Counters());
        }

        private IReadOnlyDictionary<string, long> Counters()
        {
            try
            {
                return guest.Vcpu.Statistics();
            }
            catch (SystemCallException e) when (e.Errno == Errno.ENOTTY)
            {
                return new Dictionary<string, long>();
            }
        }

        /// <summary>Where its exits could not be written, the guest still runs: nobody waits for its end.</summary>
        public void Dispose()
        {
            stop.Cancel();
            thread.Dispose();
            guest.Dispose();
            kvm.Dispose();
            stop.Dispose();
        }
    }
}

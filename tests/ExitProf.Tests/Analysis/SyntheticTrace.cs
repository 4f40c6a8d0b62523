using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

/// <summary>A trace whose every exit is known: written through the encoder into an analysis, like a file that is read.</summary>
internal sealed class SyntheticTrace
{
    public const int Grain = 26;

    /// <summary>The full set of a PIO OUT to user space on PVM.</summary>
    public static readonly ImmutableArray<Stamp> Full =
    [
        Stamp.GuestBefore, Stamp.RcuStart, Stamp.RcuEnd, Stamp.KvmEmulateInsn, Stamp.KvmPio, Stamp.KvmFpuUnload, Stamp.KvmUserspaceExit,
        Stamp.SysExit, Stamp.RunReturned, Stamp.RunCalled, Stamp.SysEnter, Stamp.KvmFpuLoad, Stamp.RcuStart, Stamp.RcuEnd, Stamp.GuestAfter,
    ];

    /// <summary>Ticks of the steps of <see cref="Full"/>, as measured on PVM.</summary>
    public static readonly ImmutableArray<int> FullTicks = [49, 19, 160, 87, 92, 542, 46, 400, 7, 17, 553, 888, 27, 67];

    public static readonly ImmutableArray<Stamp> Bare = [Stamp.GuestBefore, Stamp.RunReturned, Stamp.RunCalled, Stamp.GuestAfter];

    private readonly List<ExitClass> classes = [];
    private readonly ExitEncoder encoder;
    private int blocks;
    private ulong now = 1_000_000;

    public SyntheticTrace(
        EventGroups groups = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls,
        double floor = 480,
        int grain = Grain,
        int configurations = 1,
        TraceSource? source = null,
        ImmutableArray<Configuration>? named = null,
        ClockUnit unit = ClockUnit.Cycles
    )
    {
        Header = new TraceHeader(
            "pio-out",
            source ?? TraceSource.Vmm,
            Backend.Pvm,
            "long64-cpl3",
            true,
            "full",
            groups,
            new TraceClock(2_600_000_000, grain, unit),
            floor,
            1,
            new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            named ?? [.. Enumerable.Range(0, configurations).Select(i => new Configuration($"n={i}", []))],
            []
        );
        Analysis.Header(Header);
        encoder = new ExitEncoder(Analysis, grain);
    }

    public TraceHeader Header { get; }

    public TraceAnalysis Analysis { get; } = new();

    public ExitClass Class(
        ImmutableArray<Stamp> signature,
        bool calibrated = true,
        ExitKind kind = ExitKind.PioOut,
        Destination destination = Destination.Userspace
    )
    {
        var made = new ExitClass(classes.Count, kind, destination, "", "", 0, signature, calibrated);
        classes.Add(made);
        Analysis.Class(made);
        return made;
    }

    /// <summary>Begins a block; the exits that follow are in it.</summary>
    public SyntheticTrace Block(
        EventGroups events,
        int round,
        int exits,
        int configuration = 0,
        bool calibration = false,
        int warmUp = 0,
        long lost = 0,
        int eintr = 0,
        int vcpu = 0,
        int coolDown = 0
    )
    {
        encoder.Flush();
        Analysis.Block(
            new Block(
                blocks,
                configuration,
                events,
                round,
                calibration,
                now,
                now,
                exits,
                warmUp,
                double.NaN,
                eintr,
                0,
                0,
                0,
                0,
                lost,
                Vcpu: vcpu,
                CoolDown: coolDown
            )
        );
        encoder.Begin(blocks++, vcpu);
        return this;
    }

    /// <summary>One exit with these cycles between its stamps.</summary>
    public SyntheticTrace Exit(ExitClass exitClass, params ReadOnlySpan<long> cycles)
    {
        Span<ulong> stamps = stackalloc ulong[cycles.Length + 1];
        now += 100 * (ulong)Header.Clock.Grain;
        stamps[0] = now;
        for (int i = 0; i < cycles.Length; i++) stamps[i + 1] = stamps[i] + (ulong)cycles[i];
        encoder.Add(exitClass, stamps);
        now = Math.Max(now, stamps[^1]);
        return this;
    }

    public TraceSummary Summarise()
    {
        encoder.Flush();
        return Analysis.Summarise("synthetic", 0, []);
    }

    public static long[] Cycles(IEnumerable<int> ticks, int grain = Grain) => [.. ticks.Select(t => (long)t * grain)];
}

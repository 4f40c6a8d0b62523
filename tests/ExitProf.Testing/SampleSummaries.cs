using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>
/// Summaries made by hand, as an analysis would make them. Steps, means, medians and ninetieth percentiles of <see cref="PioOut"/> are
/// those of a recorded CPL 3 guest under PVM; its 99th percentiles, intervals and what the events cost beyond their floors are made up to
/// fit.
/// </summary>
public static class SampleSummaries
{
    public const string Hostile = "<script>alert(1)</script> \"&' \u001b[31m \u202e\u0000 ]]> --> {{x}} [red]";

    private const long Hertz = 2_600_000_000;
    private const double Floor = 480;

    private static readonly ImmutableArray<Fact> Host =
    [
        new("cpu", "Intel(R) Xeon(R) Processor @ 2.60GHz"),
        new("kernel", "6.12.33-pvm"),
        new("microcode", "0x1"),
        new("hypervisor", "KVM"),
        new("mitigations", "spectre_v2: IBRS, mds: clear buffers"),
        new("cmdline", "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro console=ttyS0 nohz=off isolcpus=1 mitigations=auto"),
        new("exitprof", "0.1.0"),
    ];

    /// <summary>All eight stages, every event there.</summary>
    public static TraceSummary PioOut() => Trace("pio-out", "traces/pio-out.nettrace", [PioOutConfiguration("default", 0, 69_600)], Findings());

    /// <summary>Answered in the kernel: four stages absent, search and entry merged.</summary>
    public static TraceSummary IoEventFd()
    {
        ImmutableArray<StageSummary> stages =
        [
            Row([Stage.Exit], StageState.Present, 6_660, [new("world switch out", Stamp.GuestBefore, Stamp.RcuStart, 1_118, 1_092)]),
            Row([Stage.Handler], StageState.Present, 6_660,
                [
                    new("probe", Stamp.RcuStart, Stamp.RcuEnd, 494, 494),
                    new("exit handler, fetch, decode", Stamp.RcuEnd, Stamp.KvmEmulateInsn, 2_834, 2_808),
                    new("execute", Stamp.KvmEmulateInsn, Stamp.KvmPio, 2_028, 2_002),
                ]),
            Row([Stage.PioSearch, Stage.GuestEntry], StageState.Merged, 6_660,
                [new("bus search, device, write-back", Stamp.KvmPio, Stamp.RcuStart, 1_872, 1_846, Bound.Upper)]),
            Absent(Stage.HostRestore), Absent(Stage.Userspace), Absent(Stage.GuestReload),
            Row([Stage.GuestResume], StageState.Present, 6_660,
                [new("probe", Stamp.RcuStart, Stamp.RcuEnd, 494, 494), new("world switch in", Stamp.RcuEnd, Stamp.GuestAfter, 1_352, 1_326)]),
        ];
        return Trace("ioeventfd-pio", "traces/ioeventfd-pio.nettrace", [Balance("default", true, stages, incomplete: 61, indirect: 618, 6_660, 6_552)], []);
    }

    /// <summary>Without root there are no kernel events: only the guest's and the VMM's stamps.</summary>
    public static TraceSummary NoRoot()
    {
        ImmutableArray<StageSummary> stages =
        [
            Row([Stage.Exit, Stage.Handler, Stage.PioSearch, Stage.HostRestore], StageState.Merged, 69_600,
                [new("world switch out", Stamp.GuestBefore, Stamp.RunReturned, 32_300, 32_240, Bound.Upper)]),
            Row([Stage.Userspace], StageState.Present, 69_600, [new("VMM", Stamp.RunReturned, Stamp.RunCalled, 183, 182)]),
            Row([Stage.GuestReload, Stage.GuestEntry, Stage.GuestResume], StageState.Merged, 69_600,
                [new("system call entry", Stamp.RunCalled, Stamp.GuestAfter, 37_100, 36_998)]),
        ];
        TraceSummary trace = Trace("pio-out", "no-root.nettrace", [Balance("default", true, stages, 0, null, 69_600, 67_704)],
            [new(Severity.Info, "no-kernel-events", 1, "Kernel events need root: 6 of 8 stages are merged. Run as root, or grant CAP_PERFMON and read access to tracefs.")]);
        return trace with
        {
            Header = trace.Header with { Events = "none", Groups = EventGroups.None, ProbeFloor = 0 },
            Traced = trace.Traced with { Complete = 9_883 },
        };
    }

    /// <summary>A CPL 0 guest under PVM: interpreted, so the walk is from decode to decode.</summary>
    public static TraceSummary Emulated()
    {
        ImmutableArray<StageSummary> stages =
        [
            Absent(Stage.Exit),
            Row([Stage.Handler, Stage.PioSearch], StageState.Merged, 27_800,
                [new("execute, bus search", Stamp.KvmEmulateInsn, Stamp.KvmFpuUnload, 3_614, 3_588, Bound.Upper)]),
            Row([Stage.HostRestore], StageState.Present, 27_800,
                [new("vcpu_put", Stamp.KvmFpuUnload, Stamp.KvmUserspaceExit, 1_300, 1_274),
                    new("leave the ioctl", Stamp.KvmUserspaceExit, Stamp.SysExit, 1_196, 1_196),
                        new("user-return MSRs", Stamp.SysExit, Stamp.RunReturned, 624, 598)]),
            Row([Stage.Userspace], StageState.Present, 27_800, [new("VMM", Stamp.RunReturned, Stamp.RunCalled, 183, 182)]),
            Row([Stage.GuestReload], StageState.Present, 27_800,
                [new("system call entry", Stamp.RunCalled, Stamp.SysEnter, 442, 442),
                    new("vcpu_load, FPU swap", Stamp.SysEnter, Stamp.KvmFpuLoad, 13_900, 13_884)]),
            Row([Stage.GuestEntry], StageState.Present, 27_800, [new("complete, next decode", Stamp.KvmFpuLoad, Stamp.KvmEmulateInsn, 9_204, 9_178)]),
            Absent(Stage.GuestResume),
        ];
        TraceSummary trace = Trace("pio-out-cpl0", "traces/pio-out-cpl0.nettrace", [Balance("default", false, stages, 210, 180, 27_800, 27_508)],
            [new(Severity.Info, "emulated-guest", 1, "CPL 0 code is interpreted by this back-end.")]);
        return trace with { Header = trace.Header with { Native = false, GuestMode = "long64-cpl0" } };
    }

    /// <summary>One trace, two values of a setting.</summary>
    public static TraceSummary Sweep() => Trace("pio-out", "traces/sweep.nettrace",
        [PioOutConfiguration("same-port-zones=0", 0, 69_600), PioOutConfiguration("same-port-zones=100", 6_100, 75_740)], Findings());

    /// <summary>Two vCPUs that exited at once, the second a little slower.</summary>
    public static TraceSummary TwoVcpus()
    {
        ConfigurationSummary all = PioOutConfiguration("default", 100, 70_100);
        all = all with { Vcpus = [new(0, PioOutConfiguration("default", 0, 69_600)), new(1, PioOutConfiguration("default", 200, 70_600))] };
        return Trace("bus-lock", "traces/bus-lock.nettrace", [all], Findings());
    }

    /// <summary>More values than fit beside each other.</summary>
    public static TraceSummary LongSweep() => Trace("pio-out", "traces/long-sweep.nettrace",
        [.. Enumerable.Range(0, 10)
            .Select(i => PioOutConfiguration($"same-port-zones={(i == 0 ? 0 : 1 << i)}", 61 * (i == 0 ? 0 : 1 << i), 69_600 + 61 * (1 << i)))], []);

    /// <summary>Imported: no untraced exits, no guest stamps, and nobody knows what an event cost there.</summary>
    public static TraceSummary Imported()
    {
        StageSummary Unknown(StageSummary s) =>
            s with { Probe = double.NaN, Corrected = new(double.NaN, double.NaN, double.NaN), Share = double.NaN };
        ImmutableArray<StageSummary> stages =
        [
            Absent(Stage.Exit),
            Unknown(Row([Stage.Handler], StageState.Present, double.NaN, [new("exit handler", Stamp.KvmExit, Stamp.KvmPio, 1_212, 1_180)])),
            Unknown(Row([Stage.PioSearch], StageState.Present, double.NaN,
                [new("bus search, leave the run loop, FPU swap", Stamp.KvmPio, Stamp.KvmFpuUnload, 1_850, 1_801, Bound.Upper)])),
            Unknown(Row([Stage.HostRestore], StageState.Present, double.NaN, [new("vcpu_put", Stamp.KvmFpuUnload, Stamp.SysExit, 2_960, 2_907)])),
            Unknown(Row([Stage.Userspace], StageState.Present, double.NaN,
                [new("user-return MSRs, VMM, system call entry", Stamp.SysExit, Stamp.SysEnter, 5_410, 4_800, Bound.Upper)])),
            Unknown(Row([Stage.GuestReload, Stage.GuestEntry], StageState.Merged, double.NaN,
                [new("vcpu_load, FPU swap", Stamp.SysEnter, Stamp.KvmEntry, 4_770, 4_702)])),
            Absent(Stage.GuestResume),
        ];
        double sum = stages.Where(s => s.State != StageState.Absent).Sum(s => s.Cycles.Mean);
        var c = new ConfigurationSummary(new("default", []), true, Spread(12_408, sum, sum - 900, 1.06), null, stages, new(0, 0), null,
            null, Curve(Spread(12_408, sum, sum - 900, 1.06)), []);
        TraceSummary trace = Trace("guest.trace.txt", "guest.nettrace", [c], [new(Severity.DataLoss, "lost-events", 1_904, "The ring buffer overwrote events: the exits around them are not complete.")]);
        return trace with
        {
            Header = trace.Header with
            {
                Source = TraceSource.Import("ftrace-text"),
                Backend = Backend.Vmx,
                GuestMode = "",
                ProbeFloor = 0,
                Clock = TraceClock.OfText(nanoseconds: true),
                Host = [],
            },
            UntracedExits = 0,
            LostEvents = 1_904,
        };
    }

    /// <summary>A file that somebody wrote to attack whoever looks at its report.</summary>
    public static TraceSummary HostileNames()
    {
        ConfigurationSummary c = PioOutConfiguration(Hostile, 0, 69_600);
        c = c with
        {
            Configuration = new(Hostile, [new(Hostile, Hostile), new(Hostile, "again")]),
            Stages = [.. c.Stages.Select(s => s with { Steps = [.. s.Steps.Select(t => t with { Name = Hostile })] })],
        };
        TraceSummary trace = Trace(Hostile, "/tmp/" + Hostile, [c], [new(Severity.Error, Hostile, 1, Hostile)]);
        return trace with
        {
            Header = trace.Header with
            {
                GuestMode = Hostile,
                Events = Hostile,
                Source = TraceSource.Vmm,
                Host = [new("cpu", Hostile), new("kernel", Hostile), new(Hostile, Hostile)],
            },
            Traced = trace.Traced with { IncompleteByCause = ImmutableSortedDictionary<string, long>.Empty.Add(Hostile, 4) },
        };
    }

    /// <summary>A recording that ended before the first exit.</summary>
    public static TraceSummary Nothing() =>
        Trace("pio-out", "empty.nettrace", [], [new(Severity.DataLoss, "cut", 1, "The file ends in the middle of a block.")]) with { UntracedExits = 0 };

    private static ConfigurationSummary PioOutConfiguration(string name, double search, double untraced)
    {
        ImmutableArray<StageSummary> stages =
        [
            Row([Stage.Exit], StageState.Present, untraced, [new("world switch out", Stamp.GuestBefore, Stamp.RcuStart, 1_349, 1_274)]),
            Row([Stage.Handler], StageState.Present, untraced,
                [
                    new("probe", Stamp.RcuStart, Stamp.RcuEnd, 501, 494),
                    new("exit handler, fetch, decode", Stamp.RcuEnd, Stamp.KvmEmulateInsn, 4_267, 4_160),
                    new("execute", Stamp.KvmEmulateInsn, Stamp.KvmPio, 2_312, 2_262),
                ]),
            Row([Stage.PioSearch], StageState.Present, untraced,
                [new("bus search, leave the run loop, FPU swap", Stamp.KvmPio, Stamp.KvmFpuUnload, 2_470 + search, 2_392 + search, Bound.Upper)]),
            Row([Stage.HostRestore], StageState.Present, untraced,
                [
                    new("vcpu_put", Stamp.KvmFpuUnload, Stamp.KvmUserspaceExit, 14_509, 14_092),
                    new("leave the ioctl", Stamp.KvmUserspaceExit, Stamp.SysExit, 1_221, 1_196),
                    new("user-return MSRs", Stamp.SysExit, Stamp.RunReturned, 10_802, 10_400),
                ]),
            Row([Stage.Userspace], StageState.Present, untraced, [new("VMM", Stamp.RunReturned, Stamp.RunCalled, 183, 182)]),
            Row([Stage.GuestReload], StageState.Present, untraced,
                [new("system call entry", Stamp.RunCalled, Stamp.SysEnter, 476, 442),
                    new("vcpu_load, FPU swap", Stamp.SysEnter, Stamp.KvmFpuLoad, 14_826, 14_378)]),
            Row([Stage.GuestEntry], StageState.Present, untraced, [new("guest MSRs, requests, injection", Stamp.KvmFpuLoad, Stamp.RcuStart, 23_886, 23_088)]),
            Row([Stage.GuestResume], StageState.Present, untraced,
                [new("probe", Stamp.RcuStart, Stamp.RcuEnd, 736, 702), new("world switch in", Stamp.RcuEnd, Stamp.GuestAfter, 1_788, 1_742)]),
        ];
        return Balance(name, true, stages, incomplete: 685, indirect: 4_380, untraced, untraced - 1_900);
    }

    /// <summary>Totals that fit the stages, the identity's rest included.</summary>
    private static ConfigurationSummary Balance(string name, bool native, ImmutableArray<StageSummary> stages, double incomplete,
        double? indirect, double untraced, double untracedMedian)
    {
        var present = stages.Where(s => s.State != StageState.Absent).ToList();
        double traced = present.Sum(s => s.Cycles.Mean) + incomplete;
        double over = untraced - (present.Sum(s => s.Corrected.Mean) + incomplete - (indirect ?? 0));
        Quantiles total = Spread(10_001, traced, present.Sum(s => s.Cycles.P50), 1.045);
        Quantiles plain = Spread(31_224, untraced, untracedMedian, 1.04);
        ImmutableArray<Fact> settings = name == "default" ? [new("size", "1"), new("same-port-zones", "0")]
            : [new("size", "1"), new("same-port-zones", name.Split('=')[^1])];
        return new ConfigurationSummary(new(name, settings), native, total, new(plain, Around(untraced, 0.004)), stages,
            new(incomplete == 0 ? 0 : 118, incomplete),
            indirect is { } i ? Around(i, 0.08) : null, new Estimate(over, over - untraced * 0.006, over + untraced * 0.006), Curve(total),
                Curve(plain));
    }

    private static TraceSummary Trace(string scenario, string file, ImmutableArray<ConfigurationSummary> configurations,
        ImmutableArray<Finding> findings)
    {
        var header = new TraceHeader(scenario, TraceSource.Vmm, Backend.Pvm, "long64-cpl3", true, "full",
            EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls, new TraceClock(Hertz, 26), Floor, 20_100_809,
            new DateTime(2026, 11, 20, 9, 30, 0, DateTimeKind.Utc), [.. configurations.Select(c => c.Configuration)], Host);
        var causes = ImmutableSortedDictionary<string, long>.Empty.Add("interrupted", 96).Add("unpaired", 22).Add("lost", 0);
        return new TraceSummary(file, header, 319_712, new(10_001, 9_883, causes), 31_224, 0, 412, configurations, findings);
    }

    private static ImmutableArray<Finding> Findings() =>
    [
        new(Severity.Info, "interrupted", 96, "Exits during which the host took an interrupt; they are not complete and stand in the row 'incomplete'."),
        new(Severity.Info, "gc-in-block", 2, "The recorder collected garbage during a block; such blocks are kept."),
        new(Severity.DataLoss, "steal", 3, "The hypervisor above took the CPU away for 30 ms in 3 blocks; totals of those blocks are too long."),
    ];

    private sealed record Part(string Name, Stamp From, Stamp To, double Mean, double P50, Bound Bound = Bound.Exact);

    private static StageSummary Row(ImmutableArray<Stage> stages, StageState state, double untraced, ImmutableArray<Part> parts)
    {
        var steps = parts.Select(p =>
        {
            double probe = p.From.IsKernelEvent() ? Floor : 0;
            return new StepSummary(p.Name, p.From, p.To, p.Bound, p.Mean, p.P50, probe, p.Mean - probe);
        }).ToImmutableArray();
        double mean = steps.Sum(s => s.Mean);
        double corrected = steps.Sum(s => s.Corrected);
        Quantiles cycles = Spread(9_883, mean, steps.Sum(s => s.P50), 1.055);
        return new StageSummary(stages, string.Join('+', stages.Select(s => s.Name())),
            string.Join('+', stages.Select(s => s.Group()).Distinct()), state,
            steps.Any(s => s.Bound == Bound.Upper) ? Bound.Upper : Bound.Exact, cycles, steps.Sum(s => s.Probe), Around(corrected, 0.004),
                corrected / untraced, steps, Curve(cycles));
    }

    private static StageSummary Absent(Stage stage)
    {
        const double None = double.NaN;
        return new StageSummary([stage], stage.Name(), stage.Group(), StageState.Absent, Bound.Exact,
            new(0, None, None, None, None, None, None), None, new(None, None, None), None, [], []);
    }

    private static Estimate Around(double mean, double relative) =>
        new(mean, mean - Math.Abs(mean) * relative, mean + Math.Abs(mean) * relative);

    private static Quantiles Spread(long exits, double mean, double p50, double p90) =>
        new(exits, mean, p50, p50 * p90, p50 * p90 * 1.6, p50 * 0.958, p50 * 41);

    /// <summary>Straight lines between the quantiles, with the tail in decades.</summary>
    private static ImmutableArray<CurvePoint> Curve(Quantiles q)
    {
        (double Share, double Cycles)[] knots = [(0, q.Min), (0.1, q.P50 * 0.98), (0.5, q.P50), (0.9, q.P90), (0.95, q.P90 * 1.05),
            (0.99, q.P99), (0.999, q.P99 * 1.7), (0.9999, q.Max)];
        var points = ImmutableArray.CreateBuilder<CurvePoint>();
        for (int i = 0; i <= 100; i++)
        {
            double share = i < 90 ? i / 91.0 : 1 - Math.Pow(10, -1 - 3.0 * (i - 90) / 11);
            int k = Array.FindLastIndex(knots, n => n.Share <= share);
            double t = (share - knots[k].Share) / (knots[k + 1].Share - knots[k].Share);
            points.Add(new CurvePoint(knots[k].Cycles * Math.Pow(knots[k + 1].Cycles / knots[k].Cycles, t), share));
        }
        return points.ToImmutable();
    }
}

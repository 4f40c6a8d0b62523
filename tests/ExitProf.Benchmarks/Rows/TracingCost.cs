using System.Diagnostics;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// What tracing adds to an exit. Each round has four stretches in random order: no events, our lean set, our full set, and the full set's
/// events in a plain instance. Ours is read between blocks, as a recording does; the plain one is never read.
/// </summary>
internal sealed class TracingCost : IBenchmark
{
    private const int Rounds = 40;
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(200);
    private const int ExitsPerBlock = 250;

    /// <summary>Blocks after events were switched on or off: the kernel's code has just been patched.</summary>
    private const int WarmUpBlocks = 2;

    private const double FullTarget = 1.05;
    private const double LeanTarget = 3500;
    private const string FullWhat = "what tracing adds per exit, full set: ours ÷ plain";
    private const string FullPeer = "plain tracefs instance, same events, never read";
    private const string LeanWhat = "what tracing adds per exit, lean set";
    private const string LeanPeer = "no events";

    public string Name => "tracing";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        if (BenchmarkHost.WhyNoKvm() is { } why) return Skip(why);
        using var thread = new VcpuThread(host.Cpu);
        var findings = new FindingLedger();
        using KernelTracing? full = KernelTracing.TryOpen(EventSet.Full, [new PinnedThread(thread.ThreadId, thread.Cpu)], findings);
        using KernelTracing? lean = KernelTracing.TryOpen(EventSet.Lean, [new PinnedThread(thread.ThreadId, thread.Cpu)], findings);
        if (full == null || lean == null) return Skip(findings.All[0].Text);
        using var plain = new PlainInstance(TracefsMount.Find(), EventSet.Full, thread);
        using var kvm = new Kvm();
        using var runner = new ExitRunner(LoopParts.None);
        using var guest = new Guest(kvm, BenchmarkHost.PioOut(GuestMode.Long64Cpl3));

        int grain = Tsc.MeasureGrain();
        long events = 0, exits = 0;
        var stretches = new Func<double>[]
        {
            () => Measure(null),
            () => With(on => lean.Enable(on ? EventSet.Lean.Groups : EventGroups.None), lean),
            () =>
            {
                double cycles = With(on => full.Enable(on ? EventSet.Full.Groups : EventGroups.None), full);
                // Of the last block, and without what the thread does between blocks.
                (events, exits) = (events + EventsWithin(full[0].Times, guest.Stamps(ExitsPerBlock)), exits + ExitsPerBlock);
                return cycles;
            },
            () => With(plain.Enable, null),
        };
        return Rows(Interleave(host, stretches), events / (double)exits);

        double With(Action<bool> enable, KernelTracing? read)
        {
            enable(true);
            try
            {
                return Measure(read);
            }
            finally
            {
                enable(false);
            }
        }

        double Measure(KernelTracing? read)
        {
            var medians = new List<double>();
            var clock = Stopwatch.StartNew();
            var totals = new ulong[ExitsPerBlock];
            for (int block = 0; block < WarmUpBlocks + 4 || clock.Elapsed < Stretch; block++)
            {
                thread.Invoke(() => runner.Run(guest, ExitsPerBlock, BenchmarkHost.PioOutExit));
                read?.Read();
                ReadOnlySpan<ulong> stamps = guest.Stamps(ExitsPerBlock);
                for (int i = 0; i < ExitsPerBlock; i++) totals[i] = stamps[2 * i + 1] - stamps[2 * i];
                if (block >= WarmUpBlocks) medians.Add(GroupedMedian.Of(totals, grain));
            }
            return RankEstimate.Median(medians);
        }
    }

    /// <summary>Each stretch once a round, in a random order.</summary>
    private static List<double[]> Interleave(BenchmarkHost host, Func<double>[] stretches)
    {
        var rounds = new List<double[]>();
        for (int i = 0; i <= Rounds; i++)
        {
            var round = new double[stretches.Length];
            int[] order = [.. Enumerable.Range(0, stretches.Length)];
            host.Random.Shuffle(order);
            foreach (int s in order) round[s] = stretches[s]();
            // The first round compiles our code.
            if (i > 0) rounds.Add(round);
        }
        return rounds;
    }

    private static int EventsWithin(ReadOnlySpan<ulong> times, ReadOnlySpan<ulong> stamps)
    {
        int within = 0;
        foreach (ulong time in times) within += time >= stamps[0] && time <= stamps[^1] ? 1 : 0;
        return within;
    }

    private List<BenchmarkRow> Rows(List<double[]> rounds, double eventsPerExit)
    {
        const int None = 0, Lean = 1, Full = 2, Plain = 3;
        Estimate Added(int set) => RankEstimate.Centre([.. rounds.Select(r => r[set] - r[None])]);
        Estimate full = Added(Full), plain = Added(Plain), lean = Added(Lean);
        Estimate ratio = RankEstimate.RatioOfDifferences([.. rounds.Select(r => (r[Full] - r[None], r[Plain] - r[None]))]);
        string untraced = $"untraced {RankEstimate.Median(rounds.Select(r => r[None])):N0}";
        return
        [
            BenchmarkRow.Of(
                Name + "-full",
                FullWhat,
                FullPeer,
                "ratio",
                ratio,
                FullTarget,
                $"ours +{full.Value:N0} [{full.Low:N0}, {full.High:N0}], plain +{plain.Value:N0} [{plain.Low:N0}, {plain.High:N0}] cycles at {eventsPerExit:F1} events per exit; {untraced}"
            ),
            BenchmarkRow.Of(Name + "-lean", LeanWhat, LeanPeer, "cycles", lean, LeanTarget, untraced),
        ];
    }

    private List<BenchmarkRow> Skip(string why) =>
    [
        BenchmarkRow.Skip(Name + "-full", FullWhat, FullPeer, "ratio", FullTarget, why),
        BenchmarkRow.Skip(Name + "-lean", LeanWhat, LeanPeer, "cycles", LeanTarget, why),
    ];
}

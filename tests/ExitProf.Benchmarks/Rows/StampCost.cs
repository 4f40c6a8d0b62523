using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// What the VMM's two stamps add to an exit: the loop as it is against the same loop assembled without them, in one VM, in quads of short
/// blocks (ABBA or BAAB, drawn), which take out whatever drifts evenly over a quad.
/// </summary>
/// <remarks>
/// One pair of loops can differ from the next by as much as the stamps cost, for as long as both live: a variant with fewer instructions
/// has come out slower by more than its interval. Where code and buffers lie is the likely cause, not a proven one. So the unit is a pair
/// of loops, newly made, and not a quad. The other row, the stamps' instructions behind a system call that does nothing, has less around
/// it.
/// </remarks>
internal sealed class StampCost : IBenchmark
{
    private const int LoopPairs = 300;
    private const int QuadsPerPair = 8;
    private const int Exits = 120;
    private const double Target = 60;
    private const string What = "what the VMM's two stamps add per exit";
    private const string Peer = "our loop assembled without its stamps";

    public string Name => "stamps";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        yield return StampInstructions.Measure(host, Name + "-alone", Target);
        if (BenchmarkHost.WhyNoKvm() is { } why)
        {
            yield return BenchmarkRow.Skip(Name, What, Peer, "cycles", Target, why);
            yield break;
        }
        using var kvm = new Kvm();
        using var thread = new VcpuThread(host.Cpu);
        using var guest = new Guest(kvm, BenchmarkHost.PioOut(GuestMode.Long64Cpl3));
        int grain = Tsc.MeasureGrain();
        var totals = new ulong[Exits];
        var pairs = new double[LoopPairs];
        double round = 0;
        // The first pair compiles our code.
        _ = Pair();
        for (int i = 0; i < LoopPairs; i++) pairs[i] = Pair();
        yield return BenchmarkRow.Of(Name, What, Peer, "cycles", RankEstimate.Centre(pairs), Target,
            $"of {round:N0} cycles; {LoopPairs} pairs of loops, {QuadsPerPair} quads of blocks of {Exits} exits each; the clock's grain is {grain} cycles");

        double Pair()
        {
            // Which of the two is made first decides on its memory too.
            bool swap = host.Random.Next(2) == 0;
            using var first = new ExitRunner(new ExitLoop(LoopParts.None, withStamps: !swap));
            using var second = new ExitRunner(new ExitLoop(LoopParts.None, withStamps: swap));
            (ExitRunner stamped, ExitRunner bare) = swap ? (second, first) : (first, second);
            double[] quads = new double[QuadsPerPair];
            thread.Invoke(() =>
            {
                _ = Quad(stamped, bare);
                for (int i = 0; i < QuadsPerPair; i++) quads[i] = host.Random.Next(2) == 0 ? Quad(stamped, bare) : -Quad(bare, stamped);
                round = Block(stamped);
            });
            // Their median keeps the few quads that an interrupt fell into from deciding.
            return RankEstimate.Median(quads);
        }

        double Quad(ExitRunner outside, ExitRunner inside)
        {
            double first = Block(outside), second = Block(inside), third = Block(inside), fourth = Block(outside);
            return (first + fourth - second - third) / 2;
        }

        double Block(ExitRunner runner)
        {
            runner.Run(guest, Exits, BenchmarkHost.PioOutExit);
            ReadOnlySpan<ulong> stamps = guest.Stamps(Exits);
            for (int i = 0; i < Exits; i++) totals[i] = stamps[2 * i + 1] - stamps[2 * i];
            return GroupedMedian.Of(totals, grain);
        }
    }
}

using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// The untraced round trip of a port write as the guest sees it: our loop against the C loop, in pairs of short runs, each run with a new
/// VM, on one CPU, in random order. Both guests are 64-bit, ring 3, with the same instructions between their stamps.
/// </summary>
internal sealed class PioRoundTrip : IBenchmark
{
    private const int Pairs = 120;
    private const int Exits = 2000;
    private const double Target = 1.01;
    private const string What = "guest-observed PIO round trip, untraced: our loop ÷ C";
    private const string Peer = "the smallest C loop (pio_loop.c)";

    public string Name => "pio-round-trip";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        if (BenchmarkHost.WhyNoKvm() is { } why)
        {
            yield return BenchmarkRow.Skip(Name, What, Peer, "ratio", Target, why);
            yield break;
        }
        using CLoop? c = CLoop.TryCompile(out string trouble);
        if (c == null)
        {
            yield return BenchmarkRow.Skip(Name, What, Peer, "ratio", Target, trouble);
            yield break;
        }
        using var kvm = new Kvm();
        using var thread = new VcpuThread(host.Cpu);
        using var runner = new ExitRunner(LoopParts.None);
        // The first runs compile our code and fill the caches.
        _ = Ours(kvm, thread, runner);
        _ = c.Run(thread, Exits);

        var ours = new List<double>();
        var theirs = new List<double>();
        foreach (bool oursFirst in host.Coins(Pairs))
        {
            if (oursFirst) ours.Add(Ours(kvm, thread, runner));
            theirs.Add(c.Run(thread, Exits).GuestP50);
            if (!oursFirst) ours.Add(Ours(kvm, thread, runner));
        }
        yield return BenchmarkRow.Of(Name, What, Peer, "ratio", RankEstimate.Ratio(ours.Zip(theirs, (a, b) => a / b)), Target,
            $"medians of {Exits:N0} exits: ours {RankEstimate.Median(ours):N0}, C {RankEstimate.Median(theirs):N0} cycles");
    }

    /// <returns>The median in cycles, taken as pio_loop.c takes it.</returns>
    private static double Ours(Kvm kvm, VcpuThread thread, ExitRunner runner)
    {
        using var guest = new Guest(kvm, BenchmarkHost.PioOut(GuestMode.Long64Cpl3));
        thread.Invoke(() => runner.Run(guest, Exits, BenchmarkHost.PioOutExit));
        ReadOnlySpan<ulong> stamps = guest.Stamps(Exits);
        var cycles = new ulong[Exits];
        for (int i = 0; i < Exits; i++) cycles[i] = stamps[2 * i + 1] - stamps[2 * i];
        Array.Sort(cycles);
        return cycles[Exits / 2];
    }
}

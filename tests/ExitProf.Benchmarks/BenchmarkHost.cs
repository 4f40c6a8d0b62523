using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>What all benchmarks share: the CPU they run on and the random order of their runs.</summary>
internal sealed class BenchmarkHost(int cpu, int seed)
{
    /// <summary>Everything that is timed runs on this CPU, one after the other.</summary>
    public int Cpu { get; } = cpu;

    public Random Random { get; } = new(seed);

    /// <summary>All pairs of a benchmark in random order: each says whether ours goes first.</summary>
    public IEnumerable<bool> Coins(int count) => Enumerable.Range(0, count).Select(_ => Random.Next(2) == 0);

    /// <summary>The workload of every row that needs a guest: OUT of one byte, answered by user space.</summary>
    public static GuestProgram PioOut(GuestMode mode) => GuestProgram.StampedLoop(mode, a => GuestAccess.Out(a, GuestLayout.Port, 1));

    public static ExpectedExit PioOutExit => ExpectedExit.PioOut(GuestLayout.Port, 1);

    /// <summary>Null if it can be opened, else the sentence that says why not.</summary>
    public static string? WhyNoKvm()
    {
        try
        {
            using var kvm = new Kvm();
            return null;
        }
        catch (Exception e) when (e is UnfitHostException)
        {
            return e.Message;
        }
    }
}

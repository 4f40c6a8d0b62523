using System.Diagnostics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Linux;

/// <summary>The CPU's time stamp counter. .NET has no intrinsic for it, so its few bytes are assembled here.</summary>
public static unsafe class Tsc
{
    // Lives as long as the process.
    private static readonly NativeCode Code = Assemble();

    /// <summary>The counter now, in cycles. Not ordered with the instructions around it.</summary>
    public static ulong Read()
    {
        // The stub neither blocks nor calls back: it may skip the GC transition.
        return ((delegate* unmanaged[SuppressGCTransition]<ulong>)Code.Address)();
    }

    /// <summary>
    /// The step in which the counter advances, in cycles. Some machines update it in ticks (26 cycles, 16 cycles): reads within one tick
    /// differ by 1, so only the first value of each tick counts.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int MeasureGrain()
    {
        const int Reads = 20_000;
        ulong grain = 0, previous = Read(), origin = 0;
        for (int i = 0; i < Reads; i++)
        {
            ulong now = Read();
            if (now - previous > 1)
            {
                if (origin == 0) origin = now;
                else grain = Gcd(now - origin, grain);
            }
            previous = now;
        }
        return grain is > 0 and <= 10_000 ? (int)grain : 1;
    }

    /// <summary>Cycles per second, to the thousand: counted against the system's monotonic clock for a while.</summary>
    public static long MeasureHertz(TimeSpan during)
    {
        (ulong cycles, long ticks) = ReadBoth();
        Thread.Sleep(during);
        (ulong later, long end) = ReadBoth();
        double hertz = (later - cycles) * (double)Stopwatch.Frequency / (end - ticks);
        return (long)Math.Round(hertz / 1000) * 1000;
    }

    /// <summary>Both clocks at one time: of several readings the one that took least.</summary>
    private static (ulong Cycles, long Ticks) ReadBoth()
    {
        const int Readings = 50;
        (ulong least, ulong cycles, long ticks) = (ulong.MaxValue, 0, 0);
        for (int i = 0; i < Readings; i++)
        {
            ulong before = Read();
            long now = Stopwatch.GetTimestamp();
            ulong after = Read();
            if (after - before >= least) continue;
            (least, cycles, ticks) = (after - before, before + (after - before) / 2, now);
        }
        return (cycles, ticks);
    }

    /// <summary>
    /// What it costs managed code to read the counter and store what it read, in cycles: the least mean of a few hundred rows of stamps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double MeasureStampCycles()
    {
        const int Stamps = 64, Rows = 400;
        ulong* stamps = stackalloc ulong[Stamps];
        ulong least = ulong.MaxValue;
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Stamps; i++) stamps[i] = Read();
            least = Math.Min(least, stamps[Stamps - 1] - stamps[0]);
        }
        return least / (double)(Stamps - 1);
    }

    private static ulong Gcd(ulong a, ulong b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    private static NativeCode Assemble()
    {
        var a = new Assembler(64);
        a.rdtsc();
        a.shl(rdx, 32);
        a.or(rax, rdx);
        a.ret();
        return new NativeCode(a);
    }
}

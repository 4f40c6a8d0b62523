using System.Runtime.CompilerServices;

namespace ExitProf.Analysis;

/// <summary>
/// Reads what <see cref="SumsWriter"/> has written. Nothing that it reads is trusted with an allocation: there are no more items than
/// bytes, and tables that are larger than what they are made of are charged to a budget.
/// </summary>
/// <exception cref="FormatException">A number is missing, or cannot be.</exception>
internal sealed class SumsReader(ReadOnlyMemory<byte> data)
{
    /// <summary>What the tables of one summary may take, in bytes; a report of a hundred million exits takes less.</summary>
    private const long Budget = 128L << 20;

    /// <summary>No count is larger: a billion exits a thousand times. As many of them as a file has room for still have a sum.</summary>
    private const long MostCounted = 1L << 40;

    /// <summary>No sum of cycles is larger: a hundred years of a thousand exits at once are 10^22.</summary>
    private const double MostSummed = 1e30;

    private int at;
    private long charged;

    public bool IsAtEnd => at == data.Length;

    /// <summary>A number that is not negative.</summary>
    public long Number(long least = 0) =>
        Unsigned() is var value && value <= MostCounted && (long)value >= least
            ? (long)value
            : throw new FormatException("a number is beyond what it can be");

    /// <summary>A number that 32 bits hold.</summary>
    public int Small(int least = 0, int most = int.MaxValue) =>
        Number(least) is var value && value <= most ? (int)value : throw new FormatException("a number is beyond what it can be");

    /// <summary>How many items follow, of some bytes each.</summary>
    public int Items(int bytes) => Small() is var items && (long)items * bytes <= data.Length - at
        ? items
        : throw new FormatException("more items are announced than there are bytes");

    /// <remarks>A summary is little else: optimised from the first call on.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Unsigned()
    {
        ReadOnlySpan<byte> rest = data.Span[at..];
        ulong value = 0;
        for (int i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] >= 0x80) continue;
            at += i + 1;
            return value;
        }
        throw new FormatException("a number does not end");
    }

    public int Signed() => BitConverter.ToInt32(Take(sizeof(int)));

    /// <summary>A sum or a median.</summary>
    public double Real() =>
        BitConverter.ToDouble(Take(sizeof(double))) is var value && Math.Abs(value) <= MostSummed
            ? value
            : throw new FormatException("a sum is not finite");

    public bool Flag() => Take(1)[0] != 0;

    /// <summary>The sum of two counts.</summary>
    /// <exception cref="FormatException">It is beyond <paramref name="most"/>.</exception>
    public static long Sum(long first, long second, long most = long.MaxValue) =>
        second <= most - first ? first + second : throw new FormatException("counts add up to more than there can be");

    public void Charge(long bytes)
    {
        charged += bytes;
        if (charged > Budget) throw new FormatException("its tables would take more memory than a summary may");
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (data.Length - at < bytes) throw new FormatException("it ends inside a number");
        at += bytes;
        return data.Span.Slice(at - bytes, bytes);
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Traces;

/// <summary>
/// The middle one of a few values: each is compared with all of them at once. There is nothing to wait for and nothing to guess, as there
/// is in sorting or halving.
/// </summary>
internal static class FewTicks
{
    /// <summary>Two vectors of 16 bits.</summary>
    public const int Most = 32;

    private const int Lanes = 16;

    /// <summary>Above the least value there is room for so much; what is larger counts as that.</summary>
    private const uint Room = ushort.MaxValue;

    /// <param name="filled">As many as <see cref="Most"/>; behind the values stands the largest number.</param>
    /// <param name="count">How many values there are.</param>
    /// <returns>
    /// The value that half of them are below, how many are below it, and how many are not above it; 0 of these if the value is too far from
    /// the least one.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (uint Tick, int Below, int UpTo) Middle(ReadOnlySpan<uint> filled, int count)
    {
        ReadOnlySpan<Vector256<uint>> vectors = MemoryMarshal.Cast<uint, Vector256<uint>>(filled[..Most]);
        Vector256<uint> least = Vector256.Create(GroupedMedian.Least(vectors));
        Vector256<short> v0 = Near(vectors[0], vectors[1], least), v1 = Near(vectors[2], vectors[3], least);
        Span<Vector256<short>> near = [v0, v1];
        ReadOnlySpan<short> each = MemoryMarshal.Cast<Vector256<short>, short>(near);
        Vector256<short> below0 = Vector256<short>.Zero, below1 = Vector256<short>.Zero;
        foreach (short value in each[..count])
        {
            // A mask of all ones is -1.
            Vector256<short> all = Vector256.Create(value);
            below0 -= Vector256.GreaterThan(v0, all);
            below1 -= Vector256.GreaterThan(v1, all);
        }
        Vector256<short> half = Vector256.Create((short)(count / 2));
        Vector256<short> out0 = Vector256.GreaterThan(below0, half), out1 = Vector256.GreaterThan(below1, half);
        short below = Highest(Vector256.Max(Vector256.AndNot(below0, out0), Vector256.AndNot(below1, out1)));
        uint has = Vector256.Equals(below0, Vector256.Create(below)).AsByte().ExtractMostSignificantBits();
        int place = has != 0
            ? BitOperations.TrailingZeroCount(has) / 2
            : Lanes + BitOperations.TrailingZeroCount(
                Vector256.Equals(below1, Vector256.Create(below)).AsByte().ExtractMostSignificantBits()) / 2;
        if (each[place] == short.MaxValue) return default;
        int upTo = Most - (BitOperations.PopCount(out0.AsByte().ExtractMostSignificantBits())
            + BitOperations.PopCount(out1.AsByte().ExtractMostSignificantBits())) / 2;
        return (filled[place], below, upTo);
    }

    /// <summary>What the values are above the least, as signed numbers, which vectors compare: 0 becomes the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Near(Vector256<uint> first, Vector256<uint> second, Vector256<uint> least)
    {
        Vector256<uint> room = Vector256.Create(Room);
        Vector256<ushort> above = Vector256.Narrow(Vector256.Min(first - least, room), Vector256.Min(second - least, room));
        return (above ^ Vector256.Create((ushort)0x8000)).AsInt16();
    }

    /// <summary>Halves of the vector against each other, three times more.</summary>
    private static short Highest(Vector256<short> lanes)
    {
        Vector128<short> most = Vector128.Max(lanes.GetLower(), lanes.GetUpper());
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create((short)4, 5, 6, 7, 0, 1, 2, 3)));
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create((short)2, 3, 0, 1, 4, 5, 6, 7)));
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create((short)1, 0, 2, 3, 4, 5, 6, 7)));
        return most.ToScalar();
    }
}

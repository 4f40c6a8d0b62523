using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Analysis;

/// <summary>
/// The numbers of a <see cref="Histogram"/>'s buckets, eight values at a time. A float's exponent and the upper bits of its fraction are
/// such a number, but for a constant: its buckets are log-linear too.
/// </summary>
internal static class FarBuckets
{
    /// <summary>Values from here on have no exact float.</summary>
    public const uint Limit = 1 << 24;

    /// <summary>The most values of one call; a multiple of the lanes of two vectors.</summary>
    public const int AtOnce = 512;

    /// <summary>Bits of a float's fraction that are below those of a bucket.</summary>
    private const int Below = 23 - 12;

    /// <summary>From 2^12 on; what is smaller is its own bucket.</summary>
    private const int FirstOfFloats = 1 << 12;

    /// <summary>The exponent of 2^12 with its bias, less the one bit that the fraction leaves out.</summary>
    private const uint Offset = (127 + 12 - 1) << 12;

    /// <param name="values">Each below <see cref="Limit"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(ReadOnlySpan<uint> values, Span<ushort> buckets)
    {
        ReadOnlySpan<Vector256<uint>> from = MemoryMarshal.Cast<uint, Vector256<uint>>(values);
        int whole = from.Length & -2;
        Span<Vector256<ushort>> to = MemoryMarshal.Cast<ushort, Vector256<ushort>>(buckets)[..(whole / 2)];
        for (int i = 0; i < to.Length; i++) to[i] = Vector256.Narrow(Of(from[2 * i]), Of(from[2 * i + 1]));
        for (int i = whole * Vector256<uint>.Count; i < values.Length; i++)
        {
            uint value = values[i];
            buckets[i] = (ushort)(value < FirstOfFloats ? value : (BitConverter.SingleToUInt32Bits(value) >> Below) - Offset);
        }
    }

    /// <returns>The least of the values from <paramref name="far"/> on, and the largest of all.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (uint LeastFar, uint Most) Ends(ReadOnlySpan<uint> values, uint far)
    {
        Vector256<uint> first = Vector256.Create(far), least = Vector256<uint>.AllBitsSet, most = Vector256<uint>.Zero;
        ReadOnlySpan<Vector256<uint>> vectors = MemoryMarshal.Cast<uint, Vector256<uint>>(values);
        foreach (Vector256<uint> v in vectors)
        {
            most = Vector256.Max(most, v);
            least = Vector256.Min(least, v | Vector256.LessThan(v, first));
        }
        (uint leastFar, uint largest) = (uint.MaxValue, 0);
        for (int i = 0; i < Vector256<uint>.Count; i++) (leastFar, largest) = (Math.Min(leastFar, least[i]), Math.Max(largest, most[i]));
        foreach (uint value in values[(vectors.Length * Vector256<uint>.Count)..])
        {
            if (value >= far) leastFar = Math.Min(leastFar, value);
            largest = Math.Max(largest, value);
        }
        return (leastFar, largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Of(Vector256<uint> values)
    {
        Vector256<uint> floats = Vector256.ConvertToSingle(values.AsInt32()).AsUInt32();
        return Vector256.ConditionalSelect(
            Vector256.LessThan(values.AsInt32(), Vector256.Create(FirstOfFloats)).AsUInt32(),
            values,
            (floats >>> Below) - Vector256.Create(Offset));
    }
}

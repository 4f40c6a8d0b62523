using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Traces;

/// <summary>
/// Packs a column of 16-bit values: what they are above a base, in as few bits as most of them need; the few others stand behind as
/// exceptions. It is unpacked sixteen values at a time, because no value's place depends on the value before it.
/// </summary>
/// <remarks>
/// Value i is in lane i mod 16. Each lane is a stream of bits, lowest first, cut into 16-bit words; word 0 of all lanes stands before word
/// 1 of all lanes.
/// </remarks>
internal static class BitPacking
{
    internal const int Lanes = 16;
    internal const int WordBits = 16;
    internal const int MaxExceptions = byte.MaxValue;

    /// <summary>Width, number of exceptions and base.</summary>
    internal const int HeaderBytes = 4;

    private const int RowBytes = Lanes * sizeof(ushort);

    /// <summary>An exception's place and value.</summary>
    private const int ExceptionBytes = 4;

    internal static int Rows(int values) => (values + Lanes - 1) / Lanes;

    /// <summary>Bytes that the packed bits of this number of values take.</summary>
    internal static int PackedBytes(int values, int width) => (Rows(values) * width + WordBits - 1) / WordBits * RowBytes;

    /// <summary>Appends a column with its header.</summary>
    /// <returns>Where it ends.</returns>
    internal static int WriteColumn(ReadOnlySpan<ushort> values, Span<byte> to, int at)
    {
        (int lowest, int width) = Choose(values);
        int header = at, exceptions = 0;
        at += HeaderBytes;
        at += Pack(values, width, (ushort)lowest, to[at..]);
        ReadOnlySpan<Vector256<ushort>> rows = MemoryMarshal.Cast<ushort, Vector256<ushort>>(values);
        for (int row = 0; row < rows.Length; row++)
        {
            if (Inside(rows[row], (ushort)lowest, width) == Vector256<ushort>.AllBitsSet) continue;
            for (int i = row * Lanes; i < (row + 1) * Lanes; i++) WriteException(values, i, to);
        }
        for (int i = rows.Length * Lanes; i < values.Length; i++) WriteException(values, i, to);
        to[header] = (byte)width;
        to[header + 1] = checked((byte)exceptions);
        BinaryPrimitives.WriteUInt16LittleEndian(to[(header + 2)..], (ushort)lowest);
        return at;

        void WriteException(ReadOnlySpan<ushort> values, int i, Span<byte> to)
        {
            if (IsIn(values[i], lowest, width)) return;
            BinaryPrimitives.WriteUInt16LittleEndian(to[at..], (ushort)i);
            BinaryPrimitives.WriteUInt16LittleEndian(to[(at + 2)..], values[i]);
            at += ExceptionBytes;
            exceptions++;
        }
    }

    /// <summary>Reads a column with its header.</summary>
    /// <param name="data">Begins with the column; moved to what follows it.</param>
    /// <param name="count">How many values it has.</param>
    /// <param name="to">Room for whole rows; what is beyond the last value becomes 0.</param>
    /// <exception cref="FormatException">The column is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ReadColumn(ref ReadOnlySpan<byte> data, int count, Span<ushort> to)
    {
        if (data.Length < HeaderBytes) Throw("it ends inside a column");
        int width = data[0], exceptions = data[1];
        ushort lowest = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
        if (width > WordBits || exceptions > count) Throw("a column has more bits or exceptions than it can have");
        int bytes = PackedBytes(count, width);
        if (data.Length < HeaderBytes + bytes + exceptions * ExceptionBytes) Throw("it ends inside a column");
        Unpack(data.Slice(HeaderBytes, bytes), width, lowest, to[..(Rows(count) * Lanes)]);
        ReadOnlySpan<byte> rest = data.Slice(HeaderBytes + bytes, exceptions * ExceptionBytes);
        data = data[(HeaderBytes + bytes + rest.Length)..];
        for (; rest.Length > 0; rest = rest[ExceptionBytes..])
        {
            int place = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (place >= count) Throw("an exception is of no exit");
            to[place] = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
        }
        to[count..].Clear();
    }

    /// <summary>Packs without a header and without exceptions: a value that needs more bits becomes 0.</summary>
    /// <returns>How many bytes it takes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Pack(ReadOnlySpan<ushort> values, int width, ushort lowest, Span<byte> to)
    {
        int bytes = PackedBytes(values.Length, width);
        if (width == 0) return 0;
        Span<Vector256<ushort>> words = MemoryMarshal.Cast<byte, Vector256<ushort>>(to[..bytes]);
        ReadOnlySpan<Vector256<ushort>> rows = MemoryMarshal.Cast<ushort, Vector256<ushort>>(values);
        Vector256<ushort> first = Vector256.Create(lowest), word = Vector256<ushort>.Zero;
        int shift = 0, next = 0;
        for (int i = 0; i < Rows(values.Length); i++)
        {
            Vector256<ushort> row = i < rows.Length ? rows[i] : LastRow(values, lowest);
            // An exception's bits mean nothing; zeros compress best elsewhere.
            Vector256<ushort> value = (row - first) & Inside(row, lowest, width);
            word |= value << shift;
            shift += width;
            if (shift < WordBits) continue;
            words[next++] = word;
            shift -= WordBits;
            word = shift > 0 ? value >>> (width - shift) : Vector256<ushort>.Zero;
        }
        if (shift > 0) words[next] = word;
        return bytes;
    }

    /// <summary>The values behind the last whole row, filled up.</summary>
    private static Vector256<ushort> LastRow(ReadOnlySpan<ushort> values, ushort fill)
    {
        Span<ushort> row = stackalloc ushort[Lanes];
        row.Fill(fill);
        values[(values.Length & -Lanes)..].CopyTo(row);
        return Vector256.Create<ushort>(row);
    }

    /// <param name="packed">The packed rows; exactly as many as <paramref name="to"/> has.</param>
    /// <remarks>Every byte of a trace passes here: optimised from the first call on, because a trace is usually read once per
    /// process.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Unpack(ReadOnlySpan<byte> packed, int width, ushort lowest, Span<ushort> to)
    {
        Span<Vector256<ushort>> rows = MemoryMarshal.Cast<ushort, Vector256<ushort>>(to);
        Vector256<ushort> first = Vector256.Create(lowest);
        if (width == 0)
        {
            for (int i = 0; i < rows.Length; i++) rows[i] = first;
            return;
        }
        ReadOnlySpan<Vector256<ushort>> words = MemoryMarshal.Cast<byte, Vector256<ushort>>(packed);
        Vector256<ushort> mask = Vector256.Create((ushort)((1 << width) - 1)), word = words[0];
        int shift = 0, next = 1;
        for (int i = 0; i < rows.Length; i++)
        {
            Vector256<ushort> value = word >>> shift;
            shift += width;
            if (shift >= WordBits)
            {
                shift -= WordBits;
                if (next < words.Length) word = words[next++];
                if (shift > 0) value |= word << (width - shift);
            }
            rows[i] = (value & mask) + first;
        }
    }

    /// <summary>The base and the width that take the fewest bytes.</summary>
    private static (int Lowest, int Width) Choose(ReadOnlySpan<ushort> values)
    {
        // An outlier may lie below all others: the low end of a sample is tried beside the smallest value.
        const int Samples = 32;
        ushort least = Least(values), sampled = ushort.MaxValue;
        int taken = 0, step = Math.Max(1, values.Length / Samples);
        for (int i = 0; i < values.Length && taken < Samples; i += step, taken++) sampled = Math.Min(sampled, values[i]);
        (int bytes, int width) first = Cost(values, least), second = sampled == least ? first : Cost(values, sampled);
        return second.bytes < first.bytes ? (sampled, second.width) : (least, first.width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ushort Least(ReadOnlySpan<ushort> values)
    {
        Vector256<ushort> lanes = LastRow(values, ushort.MaxValue);
        foreach (Vector256<ushort> row in MemoryMarshal.Cast<ushort, Vector256<ushort>>(values)) lanes = Vector256.Min(lanes, row);
        ushort least = ushort.MaxValue;
        for (int lane = 0; lane < Lanes; lane++) least = Math.Min(least, lanes[lane]);
        return least;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ushort Largest(ReadOnlySpan<ushort> values)
    {
        Vector256<ushort> lanes = LastRow(values, 0);
        foreach (Vector256<ushort> row in MemoryMarshal.Cast<ushort, Vector256<ushort>>(values)) lanes = Vector256.Max(lanes, row);
        ushort largest = 0;
        for (int lane = 0; lane < Lanes; lane++) largest = Math.Max(largest, lanes[lane]);
        return largest;
    }

    /// <summary>The width that takes the fewest bytes above a base, of two the wider one.</summary>
    private static (int Bytes, int Width) Cost(ReadOnlySpan<ushort> values, ushort lowest)
    {
        int best = int.MaxValue, width = WordBits, below = CountOutside(values, lowest, WordBits), exceptions = below;
        int all = WordBits * 2 - BitOperations.LeadingZeroCount((uint)Math.Max(Largest(values) - lowest, 0));
        for (int w = WordBits; exceptions <= MaxExceptions; exceptions = w < all ? CountOutside(values, lowest, w) : below)
        {
            int bytes = PackedBytes(values.Length, w) + exceptions * ExceptionBytes;
            if (bytes < best) (best, width) = (bytes, w);
            if (--w < 0) break;
        }
        return (best, width);
    }

    /// <summary>Values that would be exceptions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountOutside(ReadOnlySpan<ushort> values, ushort lowest, int width)
    {
        ReadOnlySpan<Vector256<ushort>> rows = MemoryMarshal.Cast<ushort, Vector256<ushort>>(values);
        Vector256<ushort> inside = Vector256<ushort>.Zero;
        // A mask of all ones is -1; a batch has fewer rows than a lane can count.
        foreach (Vector256<ushort> row in rows) inside -= Inside(row, lowest, width);
        int count = 0;
        for (int lane = 0; lane < Lanes; lane++) count += inside[lane];
        foreach (ushort value in values[(rows.Length * Lanes)..])
        {
            if (IsIn(value, lowest, width)) count++;
        }
        return values.Length - count;
    }

    /// <summary>All bits of the lanes whose values have this width above the base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Inside(Vector256<ushort> values, ushort lowest, int width)
    {
        Vector256<ushort> first = Vector256.Create(lowest), most = Vector256.Create((ushort)((1 << width) - 1));
        return Vector256.GreaterThanOrEqual(values, first) & Vector256.LessThanOrEqual(values - first, most);
    }

    private static bool IsIn(int value, int lowest, int width) => value >= lowest && value - lowest < 1 << width;

    private static void Throw(string what) => throw new FormatException($"A batch of exits is damaged: {what}.");
}

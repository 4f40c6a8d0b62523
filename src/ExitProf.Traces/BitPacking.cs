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
        for (int i = 0; i < values.Length; i++)
        {
            if (IsIn(values[i], lowest, width)) continue;
            BinaryPrimitives.WriteUInt16LittleEndian(to[at..], (ushort)i);
            BinaryPrimitives.WriteUInt16LittleEndian(to[(at + 2)..], values[i]);
            at += ExceptionBytes;
            exceptions++;
        }
        to[header] = (byte)width;
        to[header + 1] = checked((byte)exceptions);
        BinaryPrimitives.WriteUInt16LittleEndian(to[(header + 2)..], (ushort)lowest);
        return at;
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

    /// <summary>Packs without a header and without exceptions: higher bits of a value are cut off.</summary>
    /// <returns>How many bytes it takes.</returns>
    internal static int Pack(ReadOnlySpan<ushort> values, int width, ushort lowest, Span<byte> to)
    {
        int bytes = PackedBytes(values.Length, width);
        Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(to[..bytes]);
        words.Clear();
        if (width == 0) return 0;
        int mask = (1 << width) - 1;
        for (int i = 0; i < values.Length; i++)
        {
            // An exception's bits mean nothing; zeros compress best elsewhere.
            int value = values[i] - lowest;
            if (value < 0 || value > mask) continue;
            (int row, int lane) = Math.DivRem(i, Lanes);
            (int word, int shift) = Math.DivRem(row * width, WordBits);
            uint bits = (uint)value << shift;
            words[word * Lanes + lane] |= (ushort)bits;
            if (bits >> WordBits != 0) words[(word + 1) * Lanes + lane] |= (ushort)(bits >> WordBits);
        }
        return bytes;
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
        Span<ushort> sample = stackalloc ushort[32];
        int taken = 0, step = Math.Max(1, values.Length / sample.Length);
        ushort least = ushort.MaxValue;
        foreach (ushort value in values) least = Math.Min(least, value);
        for (int i = 0; i < values.Length && taken < sample.Length; i += step) sample[taken++] = values[i];
        sample[..taken].Sort();
        (int bytes, int width) first = Cost(values, least), second = Cost(values, sample[0]);
        return second.bytes < first.bytes ? (sample[0], second.width) : (least, first.width);
    }

    private static (int Bytes, int Width) Cost(ReadOnlySpan<ushort> values, int lowest)
    {
        // The number of values by the bits that they need.
        Span<int> need = stackalloc int[WordBits + 2];
        need.Clear();
        foreach (ushort value in values)
            need[value < lowest ? WordBits + 1 : WordBits * 2 - BitOperations.LeadingZeroCount((uint)(value - lowest))]++;
        int best = int.MaxValue, width = WordBits, exceptions = need[WordBits + 1];
        if (exceptions > MaxExceptions) return (int.MaxValue, WordBits);
        for (int w = WordBits; w >= 0; w--)
        {
            if (exceptions > MaxExceptions) break;
            int bytes = PackedBytes(values.Length, w) + exceptions * ExceptionBytes;
            if (bytes < best) (best, width) = (bytes, w);
            exceptions += need[w];
        }
        return (best, width);
    }

    private static bool IsIn(int value, int lowest, int width) => value >= lowest && value - lowest < 1 << width;

    private static void Throw(string what) => throw new FormatException($"A batch of exits is damaged: {what}.");
}

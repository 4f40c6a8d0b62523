using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ExitProf.Traces;

/// <summary>LEB128 numbers of up to 64 bits; signed ones in zigzag order.</summary>
internal static class Varint
{
    internal const int MaxBytes = 10;

    /// <returns>Where it ends.</returns>
    internal static int Write(ulong value, Span<byte> to, int at)
    {
        for (; value >= 0x80; value >>= 7) to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }

    internal static int WriteSigned(long value, Span<byte> to, int at) => Write((ulong)(value << 1 ^ value >> 63), to, at);

    /// <exception cref="FormatException">There is none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Read(ref ReadOnlySpan<byte> data)
    {
        if (data.Length >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data), last = ~word & 0x8080808080808080;
            if (last != 0)
            {
                data = data[(BitOperations.TrailingZeroCount(last) / 8 + 1)..];
                if (Bmi2.X64.IsSupported) return Bmi2.X64.ParallelBitExtract(word, (last ^ last - 1) & 0x7f7f7f7f7f7f7f7f);
                // What stands behind the last byte goes, then each two neighbours move together.
                word &= (last ^ last - 1) & 0x7f7f7f7f7f7f7f7f;
                word = word & 0x007f007f007f007f | (word & 0x7f007f007f007f00) >> 1;
                word = word & 0x00003fff00003fff | (word & 0x3fff00003fff0000) >> 2;
                return word & 0x000000000fffffff | (word & 0x0fffffff00000000) >> 4;
            }
        }
        return ReadBytes(ref data);
    }

    /// <summary>Reads signed numbers that follow each other: all that end within eight bytes come from one load.</summary>
    /// <exception cref="FormatException">There are fewer.</exception>
    /// <remarks>The place of a number depends on where the one before it ends: without loads between, that takes a few cycles.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ReadSigned(ref ReadOnlySpan<byte> data, Span<long> values)
    {
        ReadOnlySpan<byte> rest = data;
        for (int i = 0; i < values.Length;)
        {
            ulong word = rest.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(rest) : 0;
            ulong ends = rest.Length >= sizeof(ulong) ? ~word & 0x8080808080808080 : 0;
            if (ends == 0 || !Bmi2.X64.IsSupported)
            {
                values[i++] = ReadSigned(ref rest);
                continue;
            }
            int bits = 0;
            while (ends != 0 && i < values.Length)
            {
                ulong upToEnd = ends ^ ends - 1, own = upToEnd & ~((1UL << bits) - 1);
                ulong value = Bmi2.X64.ParallelBitExtract(word, own & 0x7f7f7f7f7f7f7f7f);
                values[i++] = (long)(value >> 1) ^ -(long)(value & 1);
                bits = BitOperations.TrailingZeroCount(ends) + 1;
                ends &= ends - 1;
            }
            rest = rest[(bits / 8)..];
        }
        data = rest;
    }

    private static ulong ReadBytes(ref ReadOnlySpan<byte> data)
    {
        ulong value = 0;
        for (int i = 0; i < MaxBytes; i++)
        {
            if (i >= data.Length) throw new FormatException("A batch of exits is damaged: it ends inside a number.");
            byte b = data[i];
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b >= 0x80) continue;
            data = data[(i + 1)..];
            return value;
        }
        throw new FormatException("A batch of exits is damaged: a number has more than 64 bits.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long ReadSigned(ref ReadOnlySpan<byte> data) =>
        Read(ref data) is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;
}

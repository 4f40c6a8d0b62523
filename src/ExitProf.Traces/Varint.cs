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
    internal static ulong Read(ref ReadOnlySpan<byte> data)
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

    internal static long ReadSigned(ref ReadOnlySpan<byte> data) =>
        Read(ref data) is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;
}

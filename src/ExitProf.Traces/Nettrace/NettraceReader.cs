using System.Buffers.Binary;

namespace ExitProf.Traces;

/// <summary>Reads the primitives of .nettrace, each within bounds.</summary>
/// <exception cref="FormatException">There is less than that.</exception>
internal ref struct NettraceReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    internal readonly bool IsEmpty => rest.IsEmpty;

    internal byte U8() => Take(1)[0];

    internal ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    internal uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    internal ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    internal uint VarU32() => IsShort ? U8() : Var(5) is <= uint.MaxValue and var value ? (uint)value : throw new FormatException();

    internal ulong VarU64() => IsShort ? U8() : Var(10);

    /// <summary>Whether a number of one byte comes, as most are.</summary>
    private readonly bool IsShort => !rest.IsEmpty && rest[0] < 0x80;

    /// <param name="bytes">More than these TraceEvent refuses, even if they are zero.</param>
    private ulong Var(int bytes)
    {
        ulong value = 0;
        for (int shift = 0; shift < bytes * 7; shift += 7)
        {
            byte b = U8();
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        throw new FormatException();
    }

    internal Guid Guid() => new(Take(16));

    internal ReadOnlySpan<byte> Bytes(int length) => Take(length);

    internal NettraceReader Child(int length) => new(Take(length));

    internal void Skip(int length) => Take(length);

    internal ReadOnlySpan<byte> Text() => Take((int)Math.Min(VarU32(), int.MaxValue));

    internal void SkipText() => Text();

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size > rest.Length) throw new FormatException();
        ReadOnlySpan<byte> taken = rest[..size];
        rest = rest[size..];
        return taken;
    }
}

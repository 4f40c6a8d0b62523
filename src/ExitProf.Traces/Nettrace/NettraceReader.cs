using System.Buffers.Binary;
using System.Runtime.CompilerServices;

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

    internal uint VarU32()
    {
        ulong value = Var(5);
        if (value > uint.MaxValue) Throw();
        return (uint)value;
    }

    internal ulong VarU64() => Var(10);

    /// <summary>Most numbers have one byte or two.</summary>
    /// <param name="bytes">More than these TraceEvent refuses, even if they are zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Var(int bytes)
    {
        ReadOnlySpan<byte> first = rest;
        if (first.Length < 2) return VarBytes(bytes);
        if (first[0] < 0x80)
        {
            rest = first[1..];
            return first[0];
        }
        if (first[1] >= 0x80) return VarBytes(bytes);
        rest = first[2..];
        return first[0] & 0x7fu | (uint)first[1] << 7;
    }

    private ulong VarBytes(int bytes)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int size)
    {
        if ((uint)size > (uint)rest.Length) Throw();
        ReadOnlySpan<byte> taken = rest[..size];
        rest = rest[size..];
        return taken;
    }

    private static void Throw() => throw new FormatException();
}

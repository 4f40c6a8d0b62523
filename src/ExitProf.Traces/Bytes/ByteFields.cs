using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// Numbers taken from the left of a piece of a file. Every taking says whether there was enough; after a failure nothing more is taken.
/// </summary>
/// <param name="bigEndian">The machine that wrote it has the upper byte of a number first.</param>
internal ref struct ByteFields(ReadOnlySpan<byte> bytes, bool bigEndian = false)
{
    private readonly int length = bytes.Length;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>True if something was taken that was not there: what was read since is 0.</summary>
    internal bool Failed { get; private set; }

    internal readonly int Left => rest.Length;

    /// <summary>Bytes that were taken.</summary>
    internal readonly int Taken => length - rest.Length;

    internal readonly bool IsBigEndian => bigEndian;

    internal ushort U16() => Take(2) is { Length: 2 } two ? bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(two)
        : BinaryPrimitives.ReadUInt16LittleEndian(two) : (ushort)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint U32() => Take(4) is { Length: 4 } four ? bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(four)
        : BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong U64() => Take(8) is { Length: 8 } eight ? bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(eight)
        : BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;

    internal byte U8() => Take(1) is { Length: 1 } one ? one[0] : (byte)0;

    /// <summary>A number of bytes that a field says it has; nothing if there are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Take(ulong count)
    {
        if (Failed || count > (ulong)rest.Length)
        {
            Failed = true;
            rest = default;
            return default;
        }
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    /// <summary>Bytes up to a NUL, which is taken too.</summary>
    internal ReadOnlySpan<byte> Name()
    {
        int end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            Take(ulong.MaxValue);
            return default;
        }
        var name = Take((ulong)end);
        Take(1);
        return name;
    }
}

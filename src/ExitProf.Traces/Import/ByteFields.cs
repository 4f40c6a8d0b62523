using System.Buffers.Binary;

namespace ExitProf.Traces;

/// <summary>
/// Little-endian numbers taken from the left of a piece of a file. Every taking says whether there was enough; after a failure nothing more
/// is taken.
/// </summary>
internal ref struct ByteFields(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>True if something was taken that was not there: what was read since is 0.</summary>
    internal bool Failed { get; private set; }

    internal readonly int Left => rest.Length;

    internal uint U32() => Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;

    internal ulong U64() => Take(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;

    internal byte U8() => Take(1) is { Length: 1 } one ? one[0] : (byte)0;

    /// <summary>A number of bytes that a field says it has; nothing if there are fewer.</summary>
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

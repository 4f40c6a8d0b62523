using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// A Protocol Buffers message under construction (protobuf.dev, "Encoding"): the few kinds of fields that the Perfetto schema needs.
/// </summary>
internal sealed class ProtoMessage
{
    private const int VarintWire = 0;
    private const int LengthWire = 2;
    private const int MostVarintBytes = 10;

    private byte[] bytes = new byte[256];
    private int length;

    internal ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    internal ProtoMessage Clear()
    {
        length = 0;
        return this;
    }

    internal ProtoMessage Number(int field, ulong value)
    {
        Varint((ulong)(field << 3 | VarintWire));
        Varint(value);
        return this;
    }

    internal ProtoMessage Text(int field, string value)
    {
        int size = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)(field << 3 | LengthWire));
        Varint((ulong)size);
        Grow(size);
        length += Encoding.UTF8.GetBytes(value, bytes.AsSpan(length));
        return this;
    }

    internal ProtoMessage Message(int field, ProtoMessage value)
    {
        Varint((ulong)(field << 3 | LengthWire));
        Varint((ulong)value.length);
        Grow(value.length);
        value.Written.CopyTo(bytes.AsSpan(length));
        length += value.length;
        return this;
    }

    private void Varint(ulong value)
    {
        Grow(MostVarintBytes);
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
    }

    private void Grow(int more)
    {
        if (length + more > bytes.Length) Array.Resize(ref bytes, Math.Max(length + more, bytes.Length * 2));
    }
}

using System.Buffers.Binary;

namespace ExitProf.Vmm;

/// <summary>A device that answers every read with the same value and counts what it is asked.</summary>
public sealed class ConstantDevice(ulong answer) : IIoDevice
{
    public long Reads { get; private set; }

    public long Writes { get; private set; }

    public void Read(ulong offset, Span<byte> data)
    {
        Reads++;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, answer);
        bytes[..data.Length].CopyTo(data);
    }

    public void Write(ulong offset, ReadOnlySpan<byte> data) => Writes++;
}

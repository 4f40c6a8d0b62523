using System.Buffers.Binary;

namespace ExitProf.Vmm;

/// <summary>The power management timer: 24 bits that count at 3.579545 MHz (ACPI 6.4, 4.8.3.3).</summary>
public sealed class PmTimer(TimeProvider time) : IIoDevice
{
    /// <summary>Where QEMU's older machine has it; <see cref="AcpiTables"/> tell the guest.</summary>
    public const ulong Address = 0x608;
    public const ulong Ports = 4;

    private const double Hertz = 3_579_545;
    private const uint Bits = 0xff_ffff;

    private readonly long start = time.GetTimestamp();

    public void Read(ulong offset, Span<byte> data)
    {
        Span<byte> value = stackalloc byte[(int)Ports];
        BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)(ulong)(time.GetElapsedTime(start).TotalSeconds * Hertz) & Bits);
        value.Slice((int)offset, data.Length).CopyTo(data);
    }

    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
    }
}

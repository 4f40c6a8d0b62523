namespace ExitProf.Vmm;

/// <summary>The port that a guest ends by, with a number of its own: QEMU's isa-debug-exit, kvm-unit-tests' test device.</summary>
public sealed class ExitPort : IIoDevice
{
    public const ulong Address = 0xf4;
    public const ulong Ports = 4;

    /// <summary>What the guest wrote; null as long as it runs.</summary>
    public uint? Status { get; private set; }

    public void Read(ulong offset, Span<byte> data) => data.Clear();

    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
        uint value = 0;
        for (int i = data.Length - 1; i >= 0; i--) value = value << 8 | data[i];
        Status ??= value << (8 * (int)offset);
    }
}

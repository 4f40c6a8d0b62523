namespace ExitProf.Vmm;

/// <summary>QEMU's pvpanic: a guest writes here that its kernel has panicked (docs/specs/pvpanic of QEMU).</summary>
public sealed class PanicPort : IIoDevice
{
    public const ulong Address = 0x505;

    /// <summary>A panic, and one after which the guest starts another kernel.</summary>
    private const byte Events = 3;

    public bool HasPanicked { get; private set; }

    /// <summary>Which events it understands.</summary>
    public void Read(ulong offset, Span<byte> data) => data.Fill(Events);

    public void Write(ulong offset, ReadOnlySpan<byte> data) => HasPanicked |= (data[0] & Events) != 0;
}

namespace ExitProf.Vmm;

/// <summary>
/// The ports by which a guest of kvm-unit-tests raises and lowers the interrupt controllers' lines, as with QEMU's pc-testdev: a port for
/// each line, whose value is the level.
/// </summary>
/// <param name="set">Takes the line and its level.</param>
public sealed class InterruptLines(Action<int, bool> set) : IIoDevice
{
    public const ulong Address = 0x2000;

    /// <summary>As many as an I/O APIC has pins.</summary>
    public const ulong Lines = 24;

    public void Read(ulong offset, Span<byte> data) => data.Clear();

    public void Write(ulong offset, ReadOnlySpan<byte> data) => set((int)offset, data[0] != 0);
}

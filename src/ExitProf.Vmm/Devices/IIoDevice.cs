namespace ExitProf.Vmm;

/// <summary>A device on a bus. It knows offsets into its own range, never its address.</summary>
public interface IIoDevice
{
    /// <param name="data">1, 2, 4 or 8 bytes to fill, little endian.</param>
    void Read(ulong offset, Span<byte> data);

    void Write(ulong offset, ReadOnlySpan<byte> data);
}

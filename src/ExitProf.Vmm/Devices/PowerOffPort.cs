namespace ExitProf.Vmm;

/// <summary>Bochs' port for switching off: it takes the letters of a word, one after the other.</summary>
public sealed class PowerOffPort : IIoDevice
{
    public const ulong Address = 0x8900;

    private int letters;

    private static ReadOnlySpan<byte> Word => "Shutdown"u8;

    public bool IsOff => letters == Word.Length;

    public void Read(ulong offset, Span<byte> data) => data.Fill(0xff);

    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            if (IsOff) return;
            letters = b == Word[letters] ? letters + 1 : b == Word[0] ? 1 : 0;
        }
    }
}

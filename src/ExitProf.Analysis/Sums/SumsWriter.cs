namespace ExitProf.Analysis;

/// <summary>Writes sums as numbers of seven bits a byte, and doubles as they are: nothing is rounded.</summary>
internal sealed class SumsWriter(Stream stream) : IDisposable
{
    private readonly BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true);

    /// <param name="value">Not negative.</param>
    public void Number(long value) => writer.Write7BitEncodedInt64(value);

    public void Unsigned(ulong value) => writer.Write7BitEncodedInt64(unchecked((long)value));

    public void Signed(int value) => writer.Write(value);

    public void Real(double value) => writer.Write(value);

    public void Flag(bool value) => writer.Write(value);

    public void Dispose() => writer.Dispose();
}

namespace ExitProf.Traces;

/// <summary>
/// Pieces of a file that its header points at. What a file claims to hold and does not, is not there: nothing is kept for it.
/// </summary>
internal sealed class FileSections(Stream file, IProgress<long>? progress)
{
    /// <summary>A kernel's formats and symbols take some 20 MB; more is no such piece.</summary>
    private const int MaxBytes = 1 << 28;

    private long read;

    internal ulong Length => (ulong)file.Length;

    /// <summary>So much of a piece as the file has; nothing if it is too large to be one.</summary>
    internal byte[] Read(ulong offset, ulong size)
    {
        if (offset >= Length) return [];
        ulong there = Math.Min(size, Length - offset);
        if (there > MaxBytes) return [];
        byte[] bytes = new byte[(int)there];
        ReadInto(offset, bytes);
        return bytes;
    }

    /// <returns>How many bytes there were.</returns>
    internal int ReadInto(ulong offset, Span<byte> bytes)
    {
        if (offset >= Length) return 0;
        file.Position = (long)offset;
        int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        read += count;
        progress?.Report(Math.Min(read, file.Length));
        return count;
    }
}

using System.Security.Cryptography;

namespace ExitProf.Analysis;

/// <summary>
/// What tells a trace from another one without reading it: its length, and a SHA-256 of its first and its last bytes, which hold when it
/// was recorded, its seed, and the totals of its end.
/// </summary>
/// <param name="Ends">32 bytes.</param>
internal readonly record struct TraceFingerprint(long Bytes, ReadOnlyMemory<byte> Ends)
{
    /// <summary>How much of either end counts.</summary>
    private const int EndBytes = 16 * 1024;

    /// <returns>Null of a pipe or device, which has no length and can be read once.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static TraceFingerprint? Of(string path)
    {
        // A pipe is not opened: that would take its writer away.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!file.CanSeek) return null;
        long length = file.Length;
        byte[] ends = new byte[2 * EndBytes];
        int first = file.ReadAtLeast(ends.AsSpan(0, EndBytes), EndBytes, throwOnEndOfStream: false);
        file.Position = Math.Max(first, length - EndBytes);
        int last = file.ReadAtLeast(ends.AsSpan(first, EndBytes), EndBytes, throwOnEndOfStream: false);
        return new TraceFingerprint(length, SHA256.HashData(ends.AsSpan(0, first + last)));
    }

    public bool Is(TraceFingerprint other) => Bytes == other.Bytes && Ends.Span.SequenceEqual(other.Ends.Span);
}

using System.Buffers;

namespace ExitProf.Traces;

/// <summary>
/// Takes out of a line what terminals, web pages and mail programs put into it: colours, spaces that are none, characters of HTML.
/// </summary>
internal sealed class LineCleaner
{
    private const int MaxBytes = 1 << 14;
    private const byte Escape = 0x1b;

    /// <summary>UTF-8 of no-break spaces begins with C2 or E2, that of a byte order mark with EF.</summary>
    private static readonly SearchValues<byte> Signs = SearchValues.Create([Escape, (byte)'&', 0xc2, 0xe2, 0xef, 0x00]);

    private byte[] clean = new byte[256];

    /// <summary>Whether many lines at once have nothing that is to be taken out.</summary>
    internal static bool IsClean(ReadOnlySpan<byte> lines) => !lines.ContainsAny(Signs);

    /// <summary>The line as it was meant: itself if nothing is to be taken out.</summary>
    internal ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOfAny(Signs);
        if (first < 0 || line.Length > MaxBytes) return line;
        if (clean.Length < line.Length) clean = new byte[line.Length];
        line[..first].CopyTo(clean);
        int to = first;
        for (int from = first; from < line.Length;)
        {
            var rest = line[from..];
            int taken = Skipped(rest, out byte meant);
            if (taken == 0) (taken, meant) = (1, rest[0]);
            if (meant != 0) clean[to++] = meant;
            from += taken;
        }
        return clean.AsSpan(0, to);
    }

    /// <returns>How many bytes stand for <paramref name="meant"/>; 0 if they stand for themselves.</returns>
    /// <param name="meant">0 if they stand for nothing.</param>
    private static int Skipped(ReadOnlySpan<byte> rest, out byte meant)
    {
        meant = 0;
        switch (rest[0])
        {
            case 0: return 1;
            case Escape: return ControlSequence(rest);
            case (byte)'&': return Entity(rest, out meant);
            case 0xef: return rest.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? 3 : 0;
            case 0xc2 when rest.Length > 1 && rest[1] == 0xa0:
                meant = (byte)' ';
                return 2;
            // U+2000 to U+200A and U+202F are spaces, U+200B to U+200F have no width.
            case 0xe2 when rest.Length > 2 && rest[1] == 0x80 && rest[2] is >= 0x80 and <= 0x8f or 0xaf:
                if (rest[2] is <= 0x8a or 0xaf) meant = (byte)' ';
                return 3;
            default: return 0;
        }
    }

    /// <summary>"ESC [ 1 ; 31 m": up to a letter.</summary>
    private static int ControlSequence(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2 || rest[1] != '[') return Math.Min(rest.Length, 2);
        int i = 2;
        while (i < rest.Length && rest[i] is < 0x40 or > 0x7e) i++;
        return Math.Min(i + 1, rest.Length);
    }

    private static int Entity(ReadOnlySpan<byte> rest, out byte meant)
    {
        meant = rest.StartsWith("&lt;"u8) ? (byte)'<' : rest.StartsWith("&gt;"u8) ? (byte)'>'
            : rest.StartsWith("&amp;"u8) ? (byte)'&' : rest.StartsWith("&nbsp;"u8) ? (byte)' ' : (byte)0;
        return meant == 0 ? 0 : rest.IndexOf((byte)';') + 1;
    }
}

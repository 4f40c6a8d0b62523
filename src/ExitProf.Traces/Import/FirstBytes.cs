using System.Text;

namespace ExitProf.Traces;

/// <summary>Tells what a file is by its first bytes, never by its name.</summary>
public static class FirstBytes
{
    /// <summary>So many are enough.</summary>
    public const int Wanted = 4096;

    private const int ShownBytes = 8;

    /// <summary>More than this share of a text is printable.</summary>
    private const double TextShare = 0.97;

    /// <summary>Fewer characters than these could have their zeros by chance.</summary>
    private const int FewestPairs = 32;

    public static ImportFormat Format(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("Nettrace"u8)) return ImportFormat.ExitProfTrace;
        if (first.StartsWith("PERFILE2"u8) || first.StartsWith("2ELIFREP"u8)) return ImportFormat.PerfData;
        if (first.StartsWith("\u0017\u0008Dtracing"u8)) return ImportFormat.TraceDat;
        if (IsXentrace(first)) return ImportFormat.Xentrace;
        if (Utf16Of(first) is { } wide)
        {
            string text = wide.GetString(first[..(first.Length & ~1)]);
            return LooksLikeText(Encoding.UTF8.GetBytes(text.TrimStart('\ufeff'))) ? ImportFormat.Text : ImportFormat.Unknown;
        }
        return LooksLikeText(first) ? ImportFormat.Text : ImportFormat.Unknown;
    }

    /// <summary>
    /// What a text of two bytes a character is written in, as redirecting the output of a command writes it on Windows: by its mark, or by
    /// the zeros of its letters. Null if it is no such text.
    /// </summary>
    internal static Encoding? Utf16Of(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe])) return Encoding.Unicode;
        if (first.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff])) return Encoding.BigEndianUnicode;
        int pairs = first.Length / 2, low = 0, high = 0;
        if (pairs < FewestPairs) return null;
        for (int i = 0; i < pairs; i++)
        {
            if (first[2 * i] == 0) low++;
            if (first[2 * i + 1] == 0) high++;
        }
        if (high >= pairs * TextShare && low == 0) return Encoding.Unicode;
        return low >= pairs * TextShare && high == 0 ? Encoding.BigEndianUnicode : null;
    }

    /// <summary>What a file seems to be that cannot be imported: its first bytes, and a name for them where there is one.</summary>
    public static string Describe(ReadOnlySpan<byte> first)
    {
        if (first.IsEmpty) return "is empty";
        var text = new StringBuilder("begins with ");
        foreach (byte b in first[..Math.Min(first.Length, ShownBytes)]) text.Append(b.ToString("x2")).Append(' ');
        text.Length--;
        if (Known(first) is { } known) text.Append(", as ").Append(known).Append(" does");
        return text.ToString();
    }

    private static string? Known(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return "a gzip archive (unpack it with gunzip)";
        if (first.StartsWith((ReadOnlySpan<byte>)[0xfd, 0x37, 0x7a, 0x58, 0x5a])) return "an xz archive (unpack it with unxz)";
        if (first.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])) return "a zstd archive (unpack it with unzstd)";
        if (first.StartsWith("BZh"u8)) return "a bzip2 archive (unpack it with bunzip2)";
        if (first.StartsWith("PK"u8)) return "a zip archive (unpack it with unzip)";
        if (first.StartsWith((ReadOnlySpan<byte>)[0x7f, 0x45, 0x4c, 0x46])) return "an ELF program";
        if (first.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47])) return "a PNG picture";
        if (first.StartsWith("%PDF"u8)) return "a PDF";
        if (first.StartsWith((ReadOnlySpan<byte>)[0xc1, 0x1f, 0xfc, 0xc1])
            || first.StartsWith((ReadOnlySpan<byte>)[0xc1, 0xfc, 0x1f, 0xc1])) return "a CTF stream";
        return null;
    }

    /// <summary>
    /// The first record of a xentrace file says which CPU's records follow: TRC_TRACE_CPU_CHANGE, two words, no time stamp.
    /// </summary>
    private static bool IsXentrace(ReadOnlySpan<byte> first)
    {
        const uint CpuChange = 2u << 28 | 0x0001_f003;
        return first.Length >= 12 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(first) == CpuChange;
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> first)
    {
        if (first.IsEmpty) return false;
        int printable = 0;
        foreach (byte b in first)
        {
            // A text may have a NUL from a log that lost power, but not many.
            if (b >= 0x20 && b != 0x7f || b is (byte)'\n' or (byte)'\r' or (byte)'\t' or 0x1b or 0x0c) printable++;
        }
        return printable >= first.Length * TextShare && !(first[0] is 0 or >= 0xf8);
    }
}

using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// What a recorder saved of tracefs beside its records: the formats of events and the texts behind addresses. perf.data and trace.dat have
/// it in the same form (trace-cmd.dat, version 6).
/// </summary>
internal sealed class TracingData
{
    private const int MaxFormatBytes = 1 << 20;
    private const int MaxNames = 1 << 16;

    private static readonly string[] CommonFields = ["common_type", "common_flags", "common_pid"];

    private readonly List<EventFormat> formats = [];
    private readonly HashSet<int> ids = [];
    private readonly Dictionary<int, string> names = [];

    internal TracingData(bool bigEndian) => IsBigEndian = bigEndian;

    /// <summary>Formats of the events that tell something about exits.</summary>
    internal IReadOnlyList<EventFormat> Formats => formats;

    internal IReadOnlyDictionary<ulong, string>? Texts { get; private set; }

    /// <summary>What the recorder knew of threads' names.</summary>
    internal IReadOnlyDictionary<int, string> Names => names;

    /// <summary>How a page of the ring buffer looks; null where the file does not say.</summary>
    internal RingBufferLayout? Layout { get; private set; }

    /// <summary>Formats that could not be read.</summary>
    internal int Damaged { get; private set; }

    /// <summary>The bytes ended before everything was there.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>The recording machine has the upper byte of a number first.</summary>
    internal bool IsBigEndian { get; }

    /// <summary>Bytes before the first that are no part of it.</summary>
    internal int Length { get; private set; }

    /// <param name="withNames">A trace.dat has threads' names behind the rest.</param>
    /// <returns>Null if the bytes do not begin as they must.</returns>
    internal static TracingData? TryRead(ReadOnlySpan<byte> bytes, bool withNames = false)
    {
        const int Magic = 10;
        if (!bytes.StartsWith("\u0017\u0008Dtracing"u8)) return null;
        int version = bytes[Magic..].IndexOf((byte)0);
        int at = Magic + version + 1;
        if (version < 0 || at >= bytes.Length) return new TracingData(bigEndian: false) { IsCut = true };
        var read = new TracingData(bytes[at] != 0);
        var fields = new ByteFields(bytes, read.IsBigEndian);
        fields.Take((ulong)at + 2);
        fields.U32();
        read.ReadHeaderPage(ref fields);
        SkipOwnFormats(ref fields);
        read.ReadFormats(ref fields);
        // The kernel's symbols.
        fields.Take(fields.U32());
        read.ReadTexts(ref fields);
        if (withNames) read.ReadNames(ref fields);
        read.IsCut |= fields.Failed;
        read.Length = fields.Taken;
        return read;
    }

    /// <summary>header_page and header_event.</summary>
    internal void ReadHeaderPage(ref ByteFields fields)
    {
        fields.Name();
        var page = fields.Take(fields.U64());
        fields.Name();
        fields.Take(fields.U64());
        if (page.IsEmpty || page.Length > MaxFormatBytes) return;
        try
        {
            Layout = RingBufferLayout.Parse(Encoding.UTF8.GetString(page).TrimEnd('\0')) with { IsBigEndian = IsBigEndian };
        }
        catch (FormatException)
        {
            Damaged++;
        }
    }

    internal void ReadFormats(ref ByteFields fields)
    {
        uint systems = fields.U32();
        for (uint i = 0; i < systems && !fields.Failed; i++)
        {
            fields.Name();
            uint events = fields.U32();
            for (uint k = 0; k < events && !fields.Failed; k++) AddFormat(fields.Take(fields.U64()));
        }
        IsCut |= fields.Failed;
    }

    internal void ReadTexts(ref ByteFields fields)
    {
        var texts = fields.Take(fields.U32());
        if (texts.IsEmpty) return;
        try
        {
            Texts = PrintkFormats.Parse(Encoding.UTF8.GetString(texts).TrimEnd('\0'));
        }
        catch (FormatException)
        {
            Damaged++;
        }
    }

    /// <summary>Lines of a number and a name.</summary>
    internal void ReadNames(ref ByteFields fields)
    {
        var text = fields.Take(fields.U64());
        foreach (Range range in text.Split((byte)'\n'))
        {
            var line = new ByteText(text[range]);
            if (line.TryNumber(out ulong thread) && thread <= int.MaxValue && names.Count < MaxNames)
                names[(int)thread] = Encoding.UTF8.GetString(ByteText.Trim(line.Rest)).TrimEnd('\0');
        }
    }

    private static void SkipOwnFormats(ref ByteFields fields)
    {
        uint own = fields.U32();
        for (uint i = 0; i < own && !fields.Failed; i++) fields.Take(fields.U64());
    }

    private void AddFormat(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > MaxFormatBytes || !IsWanted(text)) return;
        try
        {
            EventFormat format = EventFormat.Parse(Encoding.UTF8.GetString(text).TrimEnd('\0'));
            // A format that lacks what its event means is as good as none, and must not take the others with it.
            _ = new KernelEventDecoder([format]);
            bool fits = formats.Count == 0 || CommonFields.All(n => formats[0].Field(n) == format.Field(n));
            if (fits && ids.Add(format.Id)) formats.Add(format);
            else Damaged++;
        }
        catch (FormatException)
        {
            Damaged++;
        }
    }

    /// <summary>A recorder saves the formats of some thousand events; a few dozen of them tell something about exits.</summary>
    private static bool IsWanted(ReadOnlySpan<byte> format)
    {
        const int Longest = 64;
        if (!format.StartsWith("name: "u8)) return true;
        var name = format["name: ".Length..];
        int end = name.IndexOf((byte)'\n');
        return end is >= 0 and <= Longest && EventDecoder.Knows(Encoding.Latin1.GetString(name[..end]).TrimEnd());
    }
}

using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// What a recorder saved of tracefs beside its records: the formats of events and the texts behind addresses. perf.data and trace.dat have
/// it in the same form (trace-cmd.dat, version 6).
/// </summary>
internal sealed class TracingData
{
    private const int MaxFormatBytes = 1 << 20;

    private static readonly string[] Groups = ["kvm", "kvmmmu", "rcu", "raw_syscalls", "msr"];
    private static readonly string[] CommonFields = ["common_type", "common_flags", "common_pid"];

    private readonly List<EventFormat> formats = [];
    private readonly HashSet<int> ids = [];

    /// <summary>The groups whose events tell something about exits.</summary>
    internal IReadOnlyList<EventFormat> Formats => formats;

    internal IReadOnlyDictionary<ulong, string>? Texts { get; private set; }

    /// <summary>Formats that could not be read.</summary>
    internal int Damaged { get; private set; }

    /// <summary>The bytes ended before everything was there.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>The recording machine writes numbers from the other end.</summary>
    internal bool IsBigEndian { get; private set; }

    /// <returns>Null if the bytes do not begin as they must.</returns>
    internal static TracingData? TryRead(ReadOnlySpan<byte> bytes)
    {
        var fields = new ByteFields(bytes);
        if (!fields.Take(10).SequenceEqual("\u0017\u0008Dtracing"u8)) return null;
        var read = new TracingData();
        fields.Name();
        read.IsBigEndian = fields.U8() != 0;
        fields.U8();
        fields.U32();
        if (!read.IsBigEndian) read.ReadParts(ref fields);
        read.IsCut |= fields.Failed;
        return read;
    }

    private void ReadParts(ref ByteFields fields)
    {
        // header_page and header_event.
        for (int i = 0; i < 2; i++)
        {
            fields.Name();
            fields.Take(fields.U64());
        }
        uint own = fields.U32();
        for (uint i = 0; i < own && !fields.Failed; i++) fields.Take(fields.U64());
        uint systems = fields.U32();
        for (uint i = 0; i < systems && !fields.Failed; i++)
        {
            string system = Encoding.UTF8.GetString(fields.Name());
            uint events = fields.U32();
            for (uint k = 0; k < events && !fields.Failed; k++) AddFormat(system, fields.Take(fields.U64()));
        }
        fields.Take(fields.U32());
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

    private void AddFormat(string system, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > MaxFormatBytes || !Groups.Contains(system)) return;
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
}

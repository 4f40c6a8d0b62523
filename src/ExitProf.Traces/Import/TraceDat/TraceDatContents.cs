using System.Collections.Immutable;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// The head of a trace.dat: event formats, options, and where the pages of each CPU are. Version 6 has its parts one behind the other,
/// version 7 has sections that options point at (trace-cmd.dat.v6(5), trace-cmd.dat.v7(5)).
/// </summary>
internal sealed class TraceDatContents
{
    private const int Magic = 10;
    private const int TagBytes = 10;
    private const int MaxPageBytes = 1 << 20;
    private const int MaxOptions = 1 << 16;
    private const ulong FirstHead = 1 << 20;
    private const ulong MaxHead = 1 << 27;

    private readonly FileSections file;
    private readonly List<TraceDatBuffer> buffers = [];
    private readonly List<(ulong Offset, string Name)> instances = [];
    private ulong placed;

    private TraceDatContents(FileSections file, TracingData formats, Decompressor? unpacker)
    {
        this.file = file;
        Formats = formats;
        Unpacker = unpacker;
    }

    internal TracingData Formats { get; }

    internal TraceDatOptions Options { get; } = new();

    internal IReadOnlyList<TraceDatBuffer> Buffers => buffers;

    /// <summary>Null if nobody knows how the file was compressed.</summary>
    internal Decompressor? Unpacker { get; }

    /// <summary>The name of the algorithm, for a message.</summary>
    internal string Packing { get; private init; } = "none";

    /// <summary>The size of the ring buffer's pages where no buffer has its own.</summary>
    internal int PageBytes { get; private set; }

    /// <summary>The events are text (a latency tracer's), from here to the end of the file or in a section.</summary>
    internal (ulong Offset, ulong Size, bool IsPacked)? Text { get; private set; }

    /// <summary>The file ended before everything was there.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Parts of the head that could not be read.</summary>
    internal int Damaged { get; private set; }

    /// <exception cref="TraceFormatException">It is a trace.dat of a version that nobody knows, or ends in its first bytes.</exception>
    internal static TraceDatContents Read(FileSections file, string name)
    {
        const int Enough = 256;
        var first = new ByteFields(file.Read(0, Enough));
        first.Take(Magic);
        string version = Encoding.UTF8.GetString(first.Name());
        bool bigEndian = first.U8() != 0;
        if (first.Failed) throw new TraceFormatException($"{name} is a trace.dat that ends in its header.");
        if (version == "7") return ReadSections(file, bigEndian, first.Taken);
        if (int.TryParse(version, out int old) && old is > 0 and <= 6) return ReadParts(file, name);
        throw new TraceFormatException($"{name} is a trace.dat of version {Shown(version)}; versions up to 7 are read.");
    }

    private static string Shown(string version) => version.Length > 8 ? version[..8] : version;

    /// <summary>Version 6: the head is as long as the kernel's formats and symbols are; it is read in pieces until it is whole.</summary>
    private static TraceDatContents ReadParts(FileSections file, string name)
    {
        for (ulong size = FirstHead; ; size *= 4)
        {
            byte[] head = file.Read(0, size);
            TracingData data = TracingData.TryRead(head, withNames: true)
                ?? throw new TraceFormatException($"{name} is a trace.dat that ends in its header.");
            bool whole = (ulong)head.Length >= file.Length || size >= MaxHead;
            var read = new TraceDatContents(file, data, Decompressor.TryOf("none"));
            // What follows the formats must be there too.
            var rest = new ByteFields(head.AsSpan(data.Length), data.IsBigEndian);
            if (!data.IsCut) read.ReadTail(ref rest, (ulong)data.Length);
            if (!whole && (data.IsCut || rest.Failed)) continue;
            read.PageBytes = data.Layout?.PageBytes ?? 0;
            read.IsCut |= data.IsCut || rest.Failed;
            foreach ((ulong offset, string instance) in read.instances) read.ReadInstance(offset, instance);
            return read;
        }
    }

    private void ReadTail(ref ByteFields fields, ulong before)
    {
        uint cpus = fields.U32();
        while (!fields.Failed)
        {
            var tag = fields.Take(TagBytes);
            if (tag.SequenceEqual("options  \0"u8))
            {
                ReadOptions(ref fields);
                continue;
            }
            if (tag.SequenceEqual("flyrecord\0"u8)) AddPlaces(ref fields, "", "", cpus);
            else if (tag.SequenceEqual("latency  \0"u8)) Text = (before + (ulong)fields.Taken, file.Length, false);
            else if (!fields.Failed) Damaged++;
            return;
        }
    }

    private void ReadOptions(ref ByteFields fields)
    {
        for (int count = 0; count < MaxOptions; count++)
        {
            int id = fields.U16();
            if (fields.Failed || id == TraceDatOptions.Done) return;
            var data = fields.Take(fields.U32());
            if (fields.Failed) return;
            if (id != TraceDatOptions.Buffer)
            {
                if (!Options.TryAdd(id, data, fields.IsBigEndian)) Damaged++;
                continue;
            }
            var buffer = new ByteFields(data, fields.IsBigEndian);
            ulong offset = buffer.U64();
            instances.Add((offset, Encoding.UTF8.GetString(buffer.Name())));
        }
        Damaged++;
    }

    /// <summary>An instance's buffer: a mark, and the place of each CPU, as for the top one.</summary>
    private void ReadInstance(ulong offset, string name)
    {
        const ulong Enough = 1 << 16;
        var fields = new ByteFields(file.Read(offset, Enough), Formats.IsBigEndian);
        if (!fields.Take(TagBytes).SequenceEqual("flyrecord\0"u8))
        {
            Damaged++;
            return;
        }
        AddPlaces(ref fields, name, "", (uint)(buffers.Count > 0 ? buffers[0].Places.Length : 0));
    }

    /// <summary>Version 7.</summary>
    private static TraceDatContents ReadSections(FileSections file, bool bigEndian, int at)
    {
        const int Enough = 4096;
        var fields = new ByteFields(file.Read((ulong)at, Enough), bigEndian);
        fields.U8();
        int page = (int)Math.Min(fields.U32(), MaxPageBytes);
        string packing = Encoding.UTF8.GetString(fields.Name());
        fields.Name();
        ulong options = fields.U64();
        var read = new TraceDatContents(file, new TracingData(bigEndian), Decompressor.TryOf(packing))
        {
            PageBytes = page,
            Packing = packing,
            IsCut = fields.Failed,
        };
        var seen = new HashSet<ulong>();
        while (options != 0 && seen.Add(options)) options = read.ReadOptionSection(options);
        return read;
    }

    /// <returns>Where the next section of options is; 0 if there is none.</returns>
    private ulong ReadOptionSection(ulong offset)
    {
        var fields = new ByteFields(Section(offset), Formats.IsBigEndian);
        for (int count = 0; count < MaxOptions && fields.Left > 0; count++)
        {
            int id = fields.U16();
            var data = fields.Take(fields.U32());
            if (fields.Failed) break;
            var option = new ByteFields(data, fields.IsBigEndian);
            switch (id)
            {
                case TraceDatOptions.Done: return option.U64();
                case TraceDatOptions.Buffer: AddBuffer(ref option); break;
                case TraceDatOptions.BufferText: AddText(ref option); break;
                case TraceDatOptions.HeaderInfo or TraceDatOptions.EventFormats or TraceDatOptions.Printk or TraceDatOptions.CommandLines:
                    AddSection(id, option.U64());
                    break;
                default:
                    if (!Options.TryAdd(id, data, fields.IsBigEndian)) Damaged++;
                    break;
            }
        }
        IsCut |= fields.Failed;
        return 0;
    }

    private void AddSection(int id, ulong offset)
    {
        var fields = new ByteFields(Section(offset), Formats.IsBigEndian);
        switch (id)
        {
            case TraceDatOptions.HeaderInfo: Formats.ReadHeaderPage(ref fields); break;
            case TraceDatOptions.EventFormats: Formats.ReadFormats(ref fields); break;
            case TraceDatOptions.Printk: Formats.ReadTexts(ref fields); break;
            default: Formats.ReadNames(ref fields); break;
        }
        if (fields.Failed) Damaged++;
    }

    private void AddBuffer(ref ByteFields fields)
    {
        ulong section = fields.U64();
        string name = Encoding.UTF8.GetString(fields.Name()), clock = Encoding.UTF8.GetString(fields.Name());
        uint page = fields.U32(), cpus = fields.U32();
        var header = new ByteFields(file.Read(section, SectionHeader), fields.IsBigEndian);
        header.U16();
        bool packed = (header.U16() & Packed) != 0;
        var places = ImmutableArray.CreateBuilder<TraceDatPlace>();
        for (uint i = 0; i < cpus && !fields.Failed; i++) AddPlace(places, (int)fields.U32(), fields.U64(), fields.U64());
        if (fields.Failed) Damaged++;
        buffers.Add(new TraceDatBuffer(name, TraceDatOptions.ClockName(clock), (int)Math.Min(page, MaxPageBytes), packed,
            places.ToImmutable()));
    }

    private void AddText(ref ByteFields fields)
    {
        ulong offset = fields.U64();
        var header = new ByteFields(file.Read(offset, SectionHeader), fields.IsBigEndian);
        header.U16();
        bool packed = (header.U16() & Packed) != 0;
        header.U32();
        ulong size = header.U64();
        if (!header.Failed) Text = (offset + SectionHeader, size, packed);
    }

    private const ulong SectionHeader = 16;
    private const int Packed = 1;

    /// <summary>The data of a section, unpacked; nothing if it is damaged.</summary>
    private byte[] Section(ulong offset)
    {
        var header = new ByteFields(file.Read(offset, SectionHeader), Formats.IsBigEndian);
        header.U16();
        bool packed = (header.U16() & Packed) != 0;
        header.U32();
        ulong size = header.U64();
        byte[] data = header.Failed ? [] : file.Read(offset + SectionHeader, size);
        IsCut |= header.Failed || (ulong)data.Length < size;
        if (!packed) return data;
        var fields = new ByteFields(data, Formats.IsBigEndian);
        uint there = fields.U32(), whole = fields.U32();
        byte[] chunk = fields.Take(there).ToArray();
        // zstd reaches some thousand times at most; what claims more is damaged.
        byte[] unpacked = fields.Failed || whole > Decompressor.MaxBytes ? [] : new byte[whole];
        if (Unpacker?.TryUnpack(chunk, chunk.Length, unpacked) == true) return unpacked;
        Damaged++;
        return [];
    }

    private void AddPlaces(ref ByteFields fields, string name, string clock, uint cpus)
    {
        var places = ImmutableArray.CreateBuilder<TraceDatPlace>();
        for (uint cpu = 0; cpu < cpus && !fields.Failed; cpu++)
        {
            ulong offset = fields.U64(), size = fields.U64();
            if (!fields.Failed) AddPlace(places, (int)cpu, offset, size);
        }
        buffers.Add(new TraceDatBuffer(name, clock, 0, IsPacked: false, places.ToImmutable()));
    }

    /// <summary>CPUs share no byte of a file, so a file that says otherwise is not read over and over.</summary>
    private void AddPlace(ImmutableArray<TraceDatPlace>.Builder places, int cpu, ulong offset, ulong size)
    {
        if (size == 0) return;
        ulong there = offset >= file.Length ? 0 : Math.Min(size, file.Length - offset);
        IsCut |= there < size;
        placed += there;
        if (there == 0) return;
        if (placed > file.Length) Damaged++;
        else places.Add(new TraceDatPlace(cpu, offset, there));
    }
}

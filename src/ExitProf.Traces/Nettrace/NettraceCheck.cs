namespace ExitProf.Traces;

/// <summary>
/// Whether a block of a .nettrace file has exactly the structure that ExitProf writes, so that no reader, TraceEvent included, can throw or
/// read out of bounds on it. What is accepted is a subset of the format: sorted events of declared threads and metadata, without stacks and
/// labels.
/// </summary>
/// <remarks>
/// TraceEvent does not bound a payload by its block, recurses into field types without a limit and frees blocks by their times;
/// none of that is left to the file here.
/// </remarks>
internal sealed class NettraceCheck
{
    /// <summary>Twice what the writer makes of its blocks.</summary>
    internal const int MaxBlockBytes = 2 * NettraceWriter.BlockBytes;

    private const int MaxFieldDepth = 8;

    /// <summary>Most threads and most events that a file may declare; the writer needs 1 and 8.</summary>
    private const int MaxNames = 1024;

    /// <summary>About what an exception costs, in rows.</summary>
    private const int ExceptionRows = 1000;

    private const int RecentNumbers = 16;

    private readonly HashSet<ulong> threads = [];
    /// <summary>The number of our own event that a number of the file stands for; null for those of other providers.</summary>
    private readonly Dictionary<uint, EventId?> metadata = [];
    private readonly HashSet<ulong> newThreads = [];
    private readonly Dictionary<uint, EventId?> newMetadata = [];
    private long lastTime = -1;

    /// <summary>Declared numbers that came last, by their lowest bits: blocks and batches of exits take turns.</summary>
    private readonly uint[] recentMetadata = new uint[RecentNumbers];
    private readonly EventId?[] recentEvents = new EventId?[RecentNumbers];
    private ulong? lastThread;

    /// <summary>Time of the last event of all accepted blocks; -1 before the first.</summary>
    internal long LastTime => lastTime;

    /// <summary>Time of the first event of the event block that was accepted last; -1 before it.</summary>
    internal long FirstTime { get; private set; } = -1;
    private int rows;

    /// <summary>Rows looked at in blocks that were then refused: what a search in damaged data has cost.</summary>
    internal long RowsRefused { get; private set; }

    /// <summary>Whether TraceEvent knows events of this number, and the thread that our writer says they come from.</summary>
    internal bool Declares(EventId id) => metadata.ContainsKey((uint)id) && threads.Contains(NettraceWriter.Thread);

    internal EventId? EventOf(uint number) =>
        recentMetadata[number % RecentNumbers] == number ? recentEvents[number % RecentNumbers] : metadata.GetValueOrDefault(number);

    internal bool Accept(byte kind, ReadOnlySpan<byte> body)
    {
        rows = 0;
        newThreads.Clear();
        newMetadata.Clear();
        bool accepted = false;
        try
        {
            accepted = HasStructure(kind, new NettraceReader(body));
        }
        catch (FormatException)
        {
            rows += ExceptionRows;
        }
        if (!accepted) RowsRefused += rows;
        return accepted;
    }

    private bool HasStructure(byte kind, NettraceReader reader)
    {
        switch (kind)
        {
            case NettraceWriter.EventKind:
                return Events(ref reader);
            case NettraceWriter.ThreadKind:
                while (!reader.IsEmpty) Thread(ref reader);
                threads.UnionWith(newThreads);
                return true;
            case NettraceWriter.MetadataKind:
                reader.Skip(reader.U16());
                while (!reader.IsEmpty) Metadata(ref reader);
                foreach ((uint number, EventId? id) in newMetadata) metadata.Add(number, id);
                return true;
            default:
                return false;
        }
    }

    private bool Events(ref NettraceReader reader)
    {
        if (reader.U16() != NettraceWriter.EventBlockHeaderBytes || reader.U16() != NettraceWriter.CompressedHeaders) return false;
        long first = (long)reader.U64();
        long end = (long)reader.U64();
        // Times that rise from block to block are what lets TraceEvent free each block at the next.
        if (first <= lastTime || end < first || end == long.MaxValue) return false;

        uint id = 0;
        ulong thread = 0, capture = 0;
        long time = 0;
        int length = 0;
        for (int row = 0; !reader.IsEmpty; row++)
        {
            rows++;
            byte flags = reader.U8();
            const byte known =
                NettraceWriter.HasMetadata
                | NettraceWriter.HasCapture
                | NettraceWriter.HasThread
                | NettraceWriter.Sorted
                | NettraceWriter.HasLength;
            bool fits = (flags & ~known) == 0 && (flags & NettraceWriter.Sorted) != 0;
            if ((flags & NettraceWriter.HasMetadata) != 0) id = reader.VarU32();
            if ((flags & NettraceWriter.HasCapture) != 0)
            {
                reader.VarU32();
                capture = reader.VarU64();
                reader.VarU32();
            }
            if ((flags & NettraceWriter.HasThread) != 0) thread = reader.VarU64();
            ulong step = reader.VarU64();
            fits &= step <= (ulong)(end - time) && (row > 0 || step == (ulong)first);
            time = unchecked(time + (long)step);
            if ((flags & NettraceWriter.HasLength) != 0) length = (int)Math.Min(reader.VarU32(), int.MaxValue);
            fits &= length <= TraceEvents.MaxPayloadBytes && Declared(id) && Declared(thread) && Declared(capture);
            if (!fits) return false;
            reader.Skip(length);
        }
        if (time != end || id == 0) return false;
        (FirstTime, lastTime) = (first, end);
        return true;
    }

    /// <summary>Most are found without a look into the tables. The number 0 is never declared.</summary>
    private bool Declared(uint id)
    {
        if (id == recentMetadata[id % RecentNumbers]) return id != 0;
        if (!metadata.TryGetValue(id, out EventId? own)) return false;
        (recentMetadata[id % RecentNumbers], recentEvents[id % RecentNumbers]) = (id, own);
        return true;
    }

    private bool Declared(ulong thread)
    {
        if (thread == lastThread) return true;
        if (!threads.Contains(thread)) return false;
        lastThread = thread;
        return true;
    }

    private void Thread(ref NettraceReader reader)
    {
        NettraceReader row = reader.Child(reader.U16());
        ulong index = row.VarU64();
        if (threads.Contains(index) || !newThreads.Add(index) || threads.Count + newThreads.Count > MaxNames) throw new FormatException();
        while (!row.IsEmpty)
        {
            byte kind = row.U8();
            if (kind is 2 or 3) row.VarU64();
            else if (kind is 1) row.SkipText();
            else throw new FormatException();
        }
    }

    private void Metadata(ref NettraceReader reader)
    {
        NettraceReader row = reader.Child(reader.U16());
        uint id = row.VarU32();
        if (
            id is 0 or > int.MaxValue
            || metadata.ContainsKey(id)
            || !newMetadata.TryAdd(id, null)
            || metadata.Count + newMetadata.Count > MaxNames
        )
        {
            throw new FormatException();
        }
        row.SkipText();
        uint own = row.VarU32();
        if (own > ushort.MaxValue) throw new FormatException();
        row.SkipText();
        Fields(ref row, 0);
        NettraceReader options = row.Child(row.U16());
        while (!options.IsEmpty)
        {
            byte kind = options.U8();
            switch (kind)
            {
                case 1 or 8 or 9: // opcode, level, version
                    options.Skip(1);
                    break;
                case 3: // keywords
                    options.Skip(8);
                    break;
                case 4 or 5: // message, description
                    options.SkipText();
                    break;
                case 6: // key and value
                    options.SkipText();
                    options.SkipText();
                    break;
                case 7: // provider
                    if (options.Guid() == TraceEvents.ProviderGuid) newMetadata[id] = (EventId)own;
                    break;
                default:
                    throw new FormatException();
            }
        }
    }

    private static void Fields(ref NettraceReader reader, int depth)
    {
        for (int left = reader.U16(); left > 0; left--)
        {
            NettraceReader field = reader.Child(reader.U16());
            field.SkipText();
            Type(ref field, depth);
        }
    }

    private static void Type(ref NettraceReader reader, int depth)
    {
        if (depth > MaxFieldDepth) throw new FormatException();
        switch (reader.U8())
        {
            case >= 3 and <= 14 or 17 or 18 or 20 or 21 or 23 or 26: // numbers, characters, GUID, text, booleans
                break;
            case 19: // array
                Type(ref reader, depth + 1);
                break;
            case 1: // object
                Fields(ref reader, depth + 1);
                break;
            default:
                throw new FormatException();
        }
    }
}

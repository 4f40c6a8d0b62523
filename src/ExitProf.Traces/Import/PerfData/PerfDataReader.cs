using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace ExitProf.Traces;

/// <summary>Turns the records of a perf.data file, in both of its modes, into exits.</summary>
internal sealed class PerfDataReader
{
    private const int MaxNames = 1 << 16;
    private const int MaxLayouts = 1 << 12;
    private const int MaxIds = 1 << 20;

    private readonly List<PerfLayout> layouts = [];
    private readonly Dictionary<ulong, int> layoutById = [];
    private readonly Dictionary<int, string> names = [];
    private readonly EventQueue queue;
    private readonly bool bigEndian;
    private PerfLayout layout;
    private bool layoutsDiffer;

    /// <param name="byNotes">The recording is of a PVM host, whose exits have RCU notes for borders.</param>
    internal PerfDataReader(ITraceSink sink, Func<Backend, TraceHeader> header, bool bigEndian, bool byNotes, bool canRestart)
    {
        Kernel = new KernelRecords(sink, header, names, byNotes, canRestart);
        queue = new EventQueue(Kernel);
        this.bigEndian = bigEndian;
    }

    internal KernelRecords Kernel { get; }

    internal long Records { get; private set; }
    internal long BadRecords { get; private set; }
    internal long SamplesWithoutFormats { get; private set; }
    internal long SamplesWithoutTime { get; private set; }

    /// <summary>Records of hardware traces, which say nothing about exits.</summary>
    internal long HardwareTraces { get; private set; }

    /// <param name="ids">By which the samples of the event name it: eight bytes each.</param>
    internal void AddAttr(ReadOnlySpan<byte> attr, ReadOnlySpan<byte> ids)
    {
        if (layouts.Count >= MaxLayouts || PerfLayout.TryOf(attr, bigEndian) is not { } read)
        {
            BadRecords++;
            return;
        }
        if (layouts.Count == 0) layout = read;
        layoutsDiffer |= read != layout;
        var fields = new ByteFields(ids, bigEndian);
        while (fields.Left >= sizeof(ulong) && layoutById.Count < MaxIds) layoutById[fields.U64()] = layouts.Count;
        layouts.Add(read);
    }

    /// <summary>Takes a record that is no sample.</summary>
    /// <param name="body">Of the record, without its header.</param>
    internal void Add(uint type, ReadOnlySpan<byte> body)
    {
        Records++;
        switch (type)
        {
            case PerfDataRecord.FinishedRound: queue.EndRound(); break;
            case PerfDataRecord.Lost: AddLost(body, afterId: true); break;
            case PerfDataRecord.LostSamples: AddLost(body, afterId: false); break;
            case PerfDataRecord.Comm: AddName(body); break;
            case PerfDataRecord.Aux or PerfDataRecord.AuxTrace: HardwareTraces++; break;
        }
    }

    /// <summary>Gives out what waits for its turn.</summary>
    internal void EndRecords() => queue.Complete();

    internal void CountBad() => BadRecords++;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddSample(ReadOnlySpan<byte> body)
    {
        Records++;
        if (layouts.Count == 0 || layoutsDiffer && !TryLayout(body)) BadRecords++;
        else if (layout.RawAt < 0 || bigEndian) AddAnySample(body);
        else if (!PerfDataRecord.TryRaw(body, layout.RawAt, out var raw)) BadRecords++;
        else AddEvent(
            layout.TimeAt < 0 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(body[layout.TimeAt..]),
            raw,
            layout.ThreadAt < 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(body[layout.ThreadAt..]),
            layout.CpuAt < 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(body[layout.CpuAt..]));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddAnySample(ReadOnlySpan<byte> body)
    {
        if (!PerfDataRecord.TrySample(body, in layout, bigEndian, out var record)) BadRecords++;
        else AddEvent(record.Time, record.Raw, record.Thread, record.Cpu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddEvent(ulong time, ReadOnlySpan<byte> raw, int thread, int cpu)
    {
        if (!Kernel.HasFormats)
        {
            SamplesWithoutFormats++;
            return;
        }
        if (layout.TimeAt < 0) SamplesWithoutTime++;
        if (!raw.IsEmpty && Kernel.TryRead(time, raw, thread, cpu, ref queue.Next())) queue.Commit(time);
    }

    /// <summary>The id's place is the same in all of a recording's events.</summary>
    private bool TryLayout(ReadOnlySpan<byte> body)
    {
        if (!PerfDataRecord.TryId(body, in layout, bigEndian, out ulong id)) return true;
        if (!layoutById.TryGetValue(id, out int index)) return false;
        layout = layouts[index];
        return true;
    }

    private void AddLost(ReadOnlySpan<byte> body, bool afterId)
    {
        var fields = new ByteFields(body, bigEndian);
        if (afterId) fields.U64();
        ulong lost = fields.U64();
        if (layouts.Count == 0 || fields.Failed) return;
        PerfDataRecord trailer = PerfDataRecord.TrailerOf(body, in layout, bigEndian);
        queue.Add(QueuedEvent.Lost(trailer.Time, trailer.Cpu, (long)Math.Min(lost, long.MaxValue)));
    }

    private void AddName(ReadOnlySpan<byte> body)
    {
        var fields = new ByteFields(body, bigEndian);
        fields.U32();
        int thread = (int)fields.U32();
        string name = Encoding.UTF8.GetString(fields.Name());
        if (name.Length > 0 && names.Count < MaxNames) names[thread] = name;
    }
}

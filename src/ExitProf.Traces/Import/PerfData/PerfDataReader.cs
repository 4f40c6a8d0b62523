using System.Text;

namespace ExitProf.Traces;

/// <summary>Turns the records of a perf.data file, in both of its modes, into exits.</summary>
internal sealed class PerfDataReader
{
    private const int MaxNames = 1 << 16;

    private readonly List<PerfLayout> layouts = [];
    private readonly Dictionary<int, string> names = [];
    private readonly EventQueue queue;
    private KernelEventDecoder? decoder;
    private FieldDecoder info2, exitVcpu;
    private bool sawNotes, sawKvm;

    /// <param name="byNotes">The recording is of a PVM host, whose exits have RCU notes for borders.</param>
    internal PerfDataReader(ITraceSink sink, Func<Backend, TraceHeader> header, bool byNotes)
    {
        Exits = new ExitDemultiplexer(sink, header, byNotes: byNotes);
        queue = new EventQueue(Take);
    }

    internal ExitDemultiplexer Exits { get; }

    internal long Records { get; private set; }
    internal long Samples { get; private set; }
    internal long BadRecords { get; private set; }
    internal long CompressedRecords { get; private set; }
    internal long SamplesWithoutFormats { get; private set; }
    internal long SamplesWithoutTime { get; private set; }
    internal KernelEventDecoder? Decoder => decoder;

    /// <summary>Events of KVM and RCU notes, but no kvm_exit: PVM has none.</summary>
    internal bool LooksLikePvm => Exits.Counts is { Exits: 0, Entries: 0 } && sawNotes && sawKvm;

    internal void AddAttr(ReadOnlySpan<byte> attr)
    {
        if (PerfLayout.TryOf(attr) is { } layout) layouts.Add(layout);
        else BadRecords++;
    }

    internal void AddFormats(TracingData data)
    {
        if (data.Formats.Count == 0) return;
        decoder = new KernelEventDecoder(data.Formats, data.Texts);
        if (data.Formats.FirstOrDefault(f => f.Name == "kvm_exit") is not { } exit) return;
        info2 = FieldDecoder.TryOf(exit, "info2");
        exitVcpu = FieldDecoder.TryOf(exit, "vcpu_id");
    }

    /// <param name="body">Of the record, without its header.</param>
    internal void Add(uint type, ReadOnlySpan<byte> body)
    {
        Records++;
        switch (type)
        {
            case PerfDataRecord.Sample: AddSample(body); break;
            case PerfDataRecord.FinishedRound: queue.EndRound(); break;
            case PerfDataRecord.Lost: AddLost(body, afterId: true); break;
            case PerfDataRecord.LostSamples: AddLost(body, afterId: false); break;
            case PerfDataRecord.Comm: AddName(body); break;
            case PerfDataRecord.Compressed or PerfDataRecord.Compressed2: CompressedRecords++; break;
        }
    }

    /// <summary>Gives out what waits for its turn.</summary>
    internal void EndRecords() => queue.Complete();

    internal void Complete()
    {
        Exits.Complete();
    }

    internal void CountBad() => BadRecords++;

    private void AddSample(ReadOnlySpan<byte> body)
    {
        Samples++;
        // Events of one recording nearly always share a layout; where they do not, perf has the identifier first, and tracepoints come
        // first.
        if (layouts.Count == 0 || !PerfDataRecord.TrySample(body, layouts[0], out var record))
        {
            BadRecords++;
            return;
        }
        if (decoder is null)
        {
            SamplesWithoutFormats++;
            return;
        }
        if ((layouts[0].SampleType & PerfLayout.Time) == 0) SamplesWithoutTime++;
        if (record.Raw.IsEmpty || !decoder.TryDecode(record.Time, record.Raw, out KernelEvent e) || e.Stamp == Stamp.Other) return;
        sawNotes |= e.Stamp == Stamp.RcuStart;
        sawKvm |= e.Stamp is Stamp.KvmPio or Stamp.KvmMmio or Stamp.KvmFpuLoad or Stamp.KvmUserspaceExit or Stamp.KvmEmulateInsn;
        int vcpu = -1;
        if (e.Stamp == Stamp.KvmExit)
        {
            e = e with { Info2 = info2.TryRead(record.Raw) };
            if (exitVcpu.Size > 0) vcpu = (int)exitVcpu.TryRead(record.Raw);
        }
        else if (e.Stamp == Stamp.KvmEntry) vcpu = e.Detail;
        int thread = e.Pid != 0 ? e.Pid : record.Thread;
        queue.Add(new QueuedEvent(record.Time, 0, thread, record.Cpu, vcpu, -1, e));
    }

    private void AddLost(ReadOnlySpan<byte> body, bool afterId)
    {
        var fields = new ByteFields(body);
        if (afterId) fields.U64();
        ulong lost = fields.U64();
        if (layouts.Count == 0 || fields.Failed) return;
        PerfDataRecord trailer = PerfDataRecord.TrailerOf(body, layouts[0]);
        queue.Add(new QueuedEvent(trailer.Time, 0, 0, trailer.Cpu, -1, (long)Math.Min(lost, long.MaxValue), default));
    }

    private void AddName(ReadOnlySpan<byte> body)
    {
        var fields = new ByteFields(body);
        fields.U32();
        int thread = (int)fields.U32();
        string name = Encoding.UTF8.GetString(fields.Name());
        if (name.Length > 0 && names.Count < MaxNames) names[thread] = name;
    }

    private void Take(QueuedEvent queued)
    {
        if (queued.Lost >= 0)
        {
            Exits.Lost(queued.Cpu, queued.Lost);
            return;
        }
        if (Exits.Find(queued.Thread, queued.Event.Stamp) is not { } thread) return;
        if (thread.Name.Length == 0 && names.TryGetValue(queued.Thread, out string? name)) thread.Name = name;
        Exits.Add(thread, queued.Cpu, queued.Vcpu, queued.Event);
    }
}

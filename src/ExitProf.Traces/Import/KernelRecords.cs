using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// The kernel's own trace records, which perf.data and trace.dat have alike: reads them by the event formats of the file and hands what
/// they say about exits to the pairing.
/// </summary>
internal sealed class KernelRecords : IQueuedEventSink
{
    /// <summary>So many events of KVM without an exit are no accident.</summary>
    private const long EnoughToTell = 1 << 16;

    private readonly IReadOnlyDictionary<int, string> names;
    private KernelEventDecoder? decoder;
    private FieldDecoder info2, rip, exitVcpu, wakeTime, waited, previous, next, state;
    private ForeignReasons? foreign;
    private readonly bool canRestart;
    private bool sawNotes, sawBorders;
    private long kvmEvents;

    /// <param name="names">Of threads, as far as the file has them when an event is handed on.</param>
    /// <param name="byNotes">The recording is of a PVM host, whose exits have RCU notes for borders.</param>
    /// <param name="canRestart">The file can be read once more, if it turns out that notes are its borders.</param>
    internal KernelRecords(ITraceSink sink, Func<Backend, TraceHeader> header, IReadOnlyDictionary<int, string> names, bool byNotes,
        bool canRestart = false)
    {
        this.canRestart = canRestart && !byNotes;
        Exits = new ExitDemultiplexer(sink, header, (code, isa) => isa == ReasonSpellings.OtherIsa ? foreign?.Name(code) : null, byNotes);
        this.names = names;
    }

    internal ExitDemultiplexer Exits { get; }

    /// <summary>
    /// Exits that are about nothing in particular are told apart by the guest's instruction. To be set before the formats.
    /// </summary>
    internal bool ByRip { get; init; }

    internal bool HasFormats => decoder is not null;

    /// <summary>Records that are shorter than their format says.</summary>
    internal long Damaged => decoder?.DamagedRecords ?? 0;

    /// <summary>Events of KVM and RCU notes, but no kvm_exit: PVM has none.</summary>
    internal bool LooksLikePvm => !sawBorders && sawNotes && kvmEvents > 0;

    /// <summary>Nothing more needs to be read before it is read once more by notes.</summary>
    internal bool IsKnownPvm => canRestart && kvmEvents > EnoughToTell && LooksLikePvm;

    internal void SetFormats(TracingData data) => SetFormats(data.Formats, data.Texts, data.IsBigEndian);

    internal void SetFormats(IReadOnlyList<EventFormat> formats, IReadOnlyDictionary<ulong, string>? texts, bool bigEndian)
    {
        if (formats.Count == 0) return;
        decoder = new KernelEventDecoder(formats, texts, bigEndian);
        foreach (EventFormat format in formats)
        {
            switch (format.Name)
            {
                case "kvm_exit":
                    (info2, exitVcpu) = (Field(format, "info2"), Field(format, "vcpu_id"));
                    if (ByRip) rip = Field(format, "guest_rip");
                    break;
                case "kvm_guest_exit": exitVcpu = Field(format, "vcpu_id"); break;
                case "kvm_s390_sie_exit": exitVcpu = Field(format, "id"); break;
                case "kvm_vcpu_wakeup": (wakeTime, waited) = (Field(format, "ns"), Field(format, "waited")); break;
                case "sched_switch":
                    (previous, next, state) = (Field(format, "prev_pid"), Field(format, "next_pid"), Field(format, "prev_state"));
                    break;
            }
            foreign ??= ForeignReasons.TryOf(format, bigEndian);
        }

        FieldDecoder Field(EventFormat format, string name) => FieldDecoder.TryOf(format, name, bigEndian);
    }

    /// <param name="thread">Who runs where the record itself does not say.</param>
    /// <param name="read">Written over only if the record says something.</param>
    /// <returns>False if the record says nothing about exits, or is damaged, which is counted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryRead(ulong time, ReadOnlySpan<byte> record, int thread, int cpu, ref QueuedEvent read)
    {
        if (this.decoder is not { } decoder) return false;
        ref readonly EventDecoder reading = ref decoder.Known(record);
        Stamp stamp = decoder.StampOf(record, in reading);
        if (stamp == Stamp.Other && reading.Meaning is not (EventMeaning.Switch or EventMeaning.Wakeup)) return false;
        int own = decoder.Thread(record);
        (read.Thread, read.Cpu) = (own != 0 ? own : thread, cpu);
        ref KernelEvent e = ref read.Event;
        (e.Tsc, e.Stamp, e.InterruptsOff) = (time, stamp, decoder.HasInterruptsOff(record));
        if (!ExitEvidence.IsPlain(stamp)) return TryReadFields(record, in reading, own, ref read);
        read.Kind = QueuedKind.Plain;
        CountPlain(stamp);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadFields(ReadOnlySpan<byte> record, in EventDecoder reading, int own, ref QueuedEvent read)
    {
        (read.Kind, read.Vcpu) = (QueuedKind.Event, -1);
        ref KernelEvent e = ref read.Event;
        (e.Pid, e.IsUntimed, e.Info2, e.Rip) = (own, false, 0, 0);
        (e.Code, e.Detail, e.Address) = ((uint)reading.Code.Read(record), (int)reading.Detail.Read(record), reading.Address.Read(record));
        switch (e.Stamp)
        {
            case Stamp.Other: return TryNeighbour(record, in reading, ref read);
            case Stamp.KvmExit:
                sawBorders = true;
                if (foreign is null) (e.Info2, e.Rip) = (info2.TryRead(record), rip.TryRead(record));
                else foreign.Read(ref e, record);
                if (exitVcpu.Size > 0) read.Vcpu = (int)exitVcpu.TryRead(record);
                break;
            case Stamp.KvmEntry:
                sawBorders = true;
                if (reading.Detail.Size > 0) read.Vcpu = e.Detail;
                break;
            case Stamp.KvmPio or Stamp.KvmMmio or Stamp.KvmUserspaceExit or Stamp.KvmEmulateInsn: kvmEvents++; break;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountPlain(Stamp stamp)
    {
        if (stamp == Stamp.KvmFpuLoad) kvmEvents++;
        else if (stamp == Stamp.RcuStart) sawNotes = true;
    }

    /// <summary>What the scheduler and the halt poller say.</summary>
    private bool TryNeighbour(ReadOnlySpan<byte> record, in EventDecoder reading, ref QueuedEvent read)
    {
        switch (reading.Meaning)
        {
            case EventMeaning.Wakeup:
                read.Kind = waited.TryRead(record) != 0 ? QueuedKind.Wait : QueuedKind.Poll;
                read.Event.Address = wakeTime.TryRead(record);
                return wakeTime.Size > 0;
            case EventMeaning.Switch:
                // State 0 is TASK_RUNNING; 0x100 marks a preemption since Linux 4.14.
                read.Kind = (state.TryRead(record) & 0xff) == 0 ? QueuedKind.Preemption : QueuedKind.Switch;
                (read.Thread, read.Event.Address) = ((int)previous.TryRead(record), (ulong)(int)next.TryRead(record));
                return previous.Size > 0 && next.Size > 0;
            default:
                return false;
        }
    }

    public void Take(ReadOnlySpan<QueuedEvent> events)
    {
        foreach (ref readonly QueuedEvent e in events) Take(in e);
    }

    /// <summary>An entry whose turn it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Take(in QueuedEvent e)
    {
        if (e.Kind > QueuedKind.Plain)
        {
            TakeNeighbour(in e);
            return;
        }
        Stamp stamp = e.Event.Stamp;
        if (Exits.Find(e.Thread, stamp) is not { } thread) return;
        // Once an exit is often enough to ask for a name that may come later.
        if ((thread.LastEvent == 0 || stamp is Stamp.KvmExit or Stamp.RcuStart) && thread.Name.Length == 0) AskName(thread, e.Thread);
        if (e.Kind == QueuedKind.Plain) Exits.AddPlain(thread, e.Cpu, stamp, e.Time, e.Event.InterruptsOff);
        else Exits.Add(thread, e.Cpu, e.Vcpu, in e.Event);
    }

    /// <summary>What is no event of an exit.</summary>
    private void TakeNeighbour(in QueuedEvent e)
    {
        switch (e.Kind)
        {
            case QueuedKind.Loss: Exits.Lost(e.Cpu, e.Amount); break;
            case QueuedKind.Switch or QueuedKind.Preemption:
                Exits.Switch(e.Thread, e.Amount, e.Time, e.Kind == QueuedKind.Preemption);
                break;
            default:
                if (Exits.Find(e.Thread, e.Event.Stamp) is not { } thread) return;
                if (thread.LastEvent == 0 && thread.Name.Length == 0) AskName(thread, e.Thread);
                Exits.Counts.AddWakeup(e.Kind == QueuedKind.Poll, (ulong)e.Amount);
                Exits.Add(thread, e.Cpu, e.Vcpu, in e.Event);
                break;
        }
    }

    private void AskName(ThreadExits thread, int number)
    {
        if (thread.NamesAsked == names.Count) return;
        if (names.TryGetValue(number, out string? name)) thread.Name = name;
        thread.NamesAsked = names.Count;
    }
}

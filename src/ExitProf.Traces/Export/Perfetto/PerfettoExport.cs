namespace ExitProf.Traces;

/// <summary>
/// A trace for ui.perfetto.dev and its trace processor: one track per vCPU below a track of its VM, a slice for each exit, its stages
/// nested in it and the
/// steps of a stage of several nested in that. An exit without a duration is an instant.
/// </summary>
internal sealed class PerfettoExport(Stream stream) : IExitRowWriter
{
    private const ulong Sequence = 1;
    private const ulong FirstTrack = 0x4558_4954_5052_0001;
    private const int FlushBytes = 1 << 16;

    private readonly ProtoMessage packet = new();
    private readonly ProtoMessage body = new();
    private readonly ProtoMessage part = new();
    private readonly ProtoMessage entry = new();
    private readonly ProtoMessage file = new();
    private readonly Dictionary<string, ulong> names = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Process, string Vm), ulong> machines = [];
    private readonly Dictionary<(int Vcpu, VcpuIdentity? Thread), ulong> tracks = [];
    private TraceHeader? header;
    private ulong tracksMade;
    private bool begun;

    public void Begin(TraceHeader header) => this.header = header;

    public void Row(in ExitRow row)
    {
        ulong track = Track(in row);
        if (!row.IsPaired)
        {
            Event(PerfettoSchema.Instant, track, row.Stamps[0], Name(in row), in row);
            return;
        }
        Event(PerfettoSchema.SliceBegin, track, row.Stamps[0], Name(in row), in row);
        if (row.Walk is { } walk)
        {
            foreach (WalkStage stage in walk.Stages)
            {
                if (stage.State != StageState.Absent && !stage.Steps.IsEmpty) Stage(track, stage, row.Stamps);
            }
        }
        End(track, row.Stamps[^1]);
    }

    public void Finding(Finding finding)
    {
    }

    public void End()
    {
        stream.Write(file.Written);
        stream.Flush();
        file.Clear();
    }

    private void Stage(ulong track, WalkStage stage, ReadOnlySpan<ulong> stamps)
    {
        (int first, int last) = (stage.Steps[0].Index, stage.Steps[^1].Index + 1);
        Begin(track, stamps[first], stage.Name);
        if (stage.Steps.Length > 1)
        {
            foreach (WalkStep step in stage.Steps)
            {
                Begin(track, stamps[step.Index], step.Name);
                End(track, stamps[step.Index + 1]);
            }
        }
        End(track, stamps[last]);
    }

    private void Begin(ulong track, ulong ticks, string name)
    {
        ulong iid = Interned(name);
        body.Clear().Number(PerfettoSchema.Type, PerfettoSchema.SliceBegin).Number(PerfettoSchema.NameIid, iid)
            .Number(PerfettoSchema.TrackUuid, track);
        Packet(ticks);
    }

    private void End(ulong track, ulong ticks)
    {
        body.Clear().Number(PerfettoSchema.Type, PerfettoSchema.SliceEnd).Number(PerfettoSchema.TrackUuid, track);
        Packet(ticks);
    }

    private void Event(ulong type, ulong track, ulong ticks, string name, in ExitRow row)
    {
        ulong iid = Interned(name);
        body.Clear().Number(PerfettoSchema.Type, type).Number(PerfettoSchema.NameIid, iid).Number(PerfettoSchema.TrackUuid, track)
            .Text(PerfettoSchema.Categories, "exit");
        if (row.Class.KvmExit.Length > 0) Annotate("kvmExit", row.Class.KvmExit);
        if (row.Subkey is { Length: > 0 } subkey) Annotate("subkey", subkey);
        Annotate("answeredBy", row.Class.Destination == Destination.Userspace ? "user space" : "kernel");
        if (type == PerfettoSchema.Instant) Annotate("unpaired", "its end or its beginning was not recorded");
        part.Clear().Text(PerfettoSchema.AnnotationName, "index").Number(PerfettoSchema.AnnotationUint, (ulong)row.Index);
        body.Message(PerfettoSchema.DebugAnnotations, part);
        Packet(ticks);
    }

    private void Annotate(string name, string value)
    {
        part.Clear().Text(PerfettoSchema.AnnotationName, name).Text(PerfettoSchema.AnnotationText, value);
        body.Message(PerfettoSchema.DebugAnnotations, part);
    }

    private void Packet(ulong ticks)
    {
        packet.Clear().Number(PerfettoSchema.Timestamp, Nanoseconds(ticks)).Number(PerfettoSchema.TrustedPacketSequenceId, Sequence)
            .Message(PerfettoSchema.TrackEvent, body).Number(PerfettoSchema.SequenceFlags, PerfettoSchema.NeedsState);
        Write();
    }

    /// <summary>The number of a name; a new one is told in a packet of its own first.</summary>
    private ulong Interned(string name)
    {
        if (names.TryGetValue(name, out ulong iid)) return iid;
        names.Add(name, iid = (ulong)names.Count + 1);
        entry.Clear().Number(PerfettoSchema.EntryIid, iid).Text(PerfettoSchema.EntryName, name);
        part.Clear().Message(PerfettoSchema.EventNames, entry);
        packet.Clear().Number(PerfettoSchema.TrustedPacketSequenceId, Sequence).Message(PerfettoSchema.InternedData, part)
            .Number(PerfettoSchema.SequenceFlags, begun ? PerfettoSchema.NeedsState : PerfettoSchema.StateCleared);
        begun = true;
        Write();
        return iid;
    }

    private ulong Track(in ExitRow row)
    {
        // A thread's record is written again when more of it becomes known; its first one keeps the track.
        var key = (row.Block.Vcpu, (VcpuIdentity?)null);
        if (tracks.TryGetValue(key, out ulong track)) return track;
        string vcpu = row.Thread switch
        {
            { Vcpu: >= 0, Tid: >= 0 } t => $"vCPU {t.Vcpu} (thread {t.Tid})",
            { Vcpu: >= 0 } t => $"vCPU {t.Vcpu}",
            { Tid: >= 0 } t => $"thread {t.Tid}",
            _ => $"vCPU {row.Block.Vcpu}",
        };
        if (row.Thread is { Name.Length: > 0 } named) vcpu += " " + named.Name;
        tracks.Add(key, track = NewTrack(vcpu, Machine(row.Thread?.Process ?? VcpuIdentity.Unknown)));
        return track;
    }

    private ulong Machine(long process)
    {
        string name = process >= 0 ? $"VM, process {process}" : header!.Source.IsVmm ? header.Scenario : "VM";
        if (!machines.TryGetValue((process, name), out ulong track)) machines.Add((process, name), track = NewTrack(name, null));
        return track;
    }

    private ulong NewTrack(string name, ulong? parent)
    {
        ulong uuid = FirstTrack + tracksMade++;
        part.Clear().Number(PerfettoSchema.Uuid, uuid).Text(PerfettoSchema.TrackName, name);
        if (parent is { } above) part.Number(PerfettoSchema.ParentUuid, above);
        packet.Clear().Number(PerfettoSchema.TrustedPacketSequenceId, Sequence).Message(PerfettoSchema.TrackDescriptor, part);
        Write();
        return uuid;
    }

    private static string Name(in ExitRow row) => row.Class.Reason.Length > 0 ? row.Class.Reason
        : row.Class.KvmExit.Length > 0 ? row.Class.KvmExit : row.Class.Kind.Name();

    /// <summary>Perfetto counts nanoseconds; ticks of a clock that is no time are shown as if they were.</summary>
    private ulong Nanoseconds(ulong ticks)
    {
        TraceClock clock = header!.Clock;
        return clock is { IsTime: true, Hertz: > 0 } ? (ulong)((UInt128)ticks * 1_000_000_000 / (ulong)clock.Hertz) : ticks;
    }

    private void Write()
    {
        file.Message(PerfettoSchema.Packet, packet);
        if (file.Written.Length < FlushBytes) return;
        stream.Write(file.Written);
        file.Clear();
    }
}

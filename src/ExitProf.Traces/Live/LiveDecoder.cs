using System.Buffers.Binary;

namespace ExitProf.Traces;

/// <summary>
/// Turns records of a ring buffer into live events: what <see cref="KernelEventDecoder"/> knows, and of a few events the fields that only
/// a recording of foreign machines needs.
/// </summary>
internal sealed class LiveDecoder
{
    private readonly KernelEventDecoder decoder;
    private readonly int idOffset;
    private readonly int exitId, switchId, wakeupId;
    private readonly FieldDecoder info2, exitVcpu, rip, previous, next, state, nanoseconds, waited;
    private readonly bool byRip;

    /// <param name="byRip">Exits that are about nothing in particular are told apart by the guest's instruction.</param>
    internal LiveDecoder(IReadOnlyList<EventFormat> formats, IReadOnlyDictionary<ulong, string>? texts, bool byRip)
    {
        decoder = new KernelEventDecoder(formats, texts);
        this.byRip = byRip;
        idOffset = formats[0].Field("common_type")!.Offset;
        if (Find("kvm_exit") is { } exit)
        {
            (exitId, info2, exitVcpu) = (exit.Id, FieldDecoder.TryOf(exit, "info2"), FieldDecoder.TryOf(exit, "vcpu_id"));
            rip = FieldDecoder.TryOf(exit, "guest_rip");
        }
        else exitId = -1;
        if (Find("sched_switch") is { } change)
        {
            (previous, next) = (FieldDecoder.TryOf(change, "prev_pid"), FieldDecoder.TryOf(change, "next_pid"));
            (switchId, state) = (change.Id, FieldDecoder.TryOf(change, "prev_state"));
        }
        else switchId = -1;
        if (Find("kvm_vcpu_wakeup") is { } wakeup)
            (wakeupId, nanoseconds, waited) = (wakeup.Id, FieldDecoder.TryOf(wakeup, "ns"), FieldDecoder.TryOf(wakeup, "waited"));
        else wakeupId = -1;

        EventFormat? Find(string name) => formats.FirstOrDefault(f => f.Name == name);
    }

    internal long Damaged => decoder.DamagedRecords;

    /// <returns>False of a record that is no border of an exit and says nothing about one, or is damaged, which is counted.</returns>
    internal bool TryDecode(ulong tsc, ReadOnlySpan<byte> record, out LiveEvent live)
    {
        live = default;
        if (!decoder.TryDecode(tsc, record, out KernelEvent e)) return false;
        int id = BinaryPrimitives.ReadUInt16LittleEndian(record[idOffset..]);
        if (id == switchId)
        {
            // TASK_RUNNING is 0: the thread was taken off its CPU while it could have gone on.
            live = new(LiveEventKind.Switch, e with { Pid = (int)previous.TryRead(record) }, -1, (int)next.TryRead(record),
                state.TryRead(record) == 0);
            return true;
        }
        if (id == wakeupId)
        {
            live = new(LiveEventKind.Wakeup, e, -1, (long)Math.Min(nanoseconds.TryRead(record), long.MaxValue), waited.TryRead(record) == 0);
            return true;
        }
        if (e.Stamp == Stamp.Other) return false;
        int vcpu = e.Stamp == Stamp.KvmEntry ? e.Detail : -1;
        if (id == exitId)
        {
            e = e with { Info2 = info2.TryRead(record), Rip = byRip ? rip.TryRead(record) : 0 };
            if (exitVcpu.Size > 0) vcpu = (int)exitVcpu.TryRead(record);
        }
        live = new(LiveEventKind.Border, e, vcpu);
        return true;
    }
}

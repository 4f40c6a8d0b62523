using System.Buffers.Binary;
using ExitProf.Tests.Ftrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Attach;

/// <summary>Ring-buffer pages of a host with SVM, as attach reads them, with the events of a test's own.</summary>
internal static class LivePages
{
    private const int ExitId = 1, EntryId = 2, UserspaceId = 3, FpuId = 4, SwitchId = 5, WakeupId = 6;

    public static IReadOnlyList<EventFormat> Formats { get; } =
    [
        Format("kvm_exit", ExitId, ("exit_reason", 8, 4), ("isa", 12, 4), ("info1", 16, 8), ("info2", 24, 8), ("vcpu_id", 32, 4),
            ("guest_rip", 40, 8)),
        Format("kvm_entry", EntryId, ("vcpu_id", 8, 4)),
        Format("kvm_userspace_exit", UserspaceId, ("reason", 8, 4), ("errno", 12, 4)),
        Format("kvm_fpu", FpuId, ("load", 8, 4)),
        Format("sched_switch", SwitchId, ("prev_pid", 8, 4), ("prev_state", 16, 8), ("next_pid", 24, 4)),
        Format("kvm_vcpu_wakeup", WakeupId, ("ns", 8, 8), ("waited", 16, 1)),
    ];

    /// <summary>An event of a thread: bytes of its record.</summary>
    public static byte[] Exit(int thread, uint reason, int vcpu = 0, ulong rip = 0x1000) =>
        Record(ExitId, thread, (8, reason), (12, KernelEvent.IsaSvm), (32, (uint)vcpu), (40, (uint)rip));

    public static byte[] Entry(int thread, int vcpu = 0) => Record(EntryId, thread, (8, (uint)vcpu));

    public static byte[] Userspace(int thread, uint reason) => Record(UserspaceId, thread, (8, reason));

    public static byte[] Fpu(int thread, bool load) => Record(FpuId, thread, (8, load ? 1u : 0));

    public static byte[] Switch(int from, int to, bool preempted) => Record(SwitchId, from, (8, (uint)from), (16, preempted ? 0u : 1),
        (24, (uint)to));

    public static byte[] Wakeup(int thread, uint nanoseconds, bool waited) =>
        Record(WakeupId, thread, (8, nanoseconds), (16, waited ? 1u : 0));

    /// <summary>A page whose events are at these times.</summary>
    public static byte[] Page(params (ulong Time, byte[] Record)[] events) => Page(0, events);

    /// <param name="missed">Events lost before the page.</param>
    public static byte[] Page(long missed, params (ulong Time, byte[] Record)[] events)
    {
        const ulong MissedEvents = 1u << 31 | 1u << 30;
        var page = new PageBuilder(events[0].Time);
        ulong last = events[0].Time;
        foreach ((ulong time, byte[] record) in events)
        {
            page.Event((uint)(time - last), record);
            last = time;
        }
        return page.Build(missed != 0 ? MissedEvents : 0, missed);
    }

    private static EventFormat Format(string name, int id, params (string Name, int Offset, int Size)[] fields)
    {
        (string Name, int Offset, int Size)[] common = [("common_type", 0, 2), ("common_flags", 2, 1), ("common_pid", 4, 4)];
        return EventFormat.Parse($"name: {name}\nID: {id}\nformat:\n" + string.Concat(common.Concat(fields)
            .Select(f => $"\tfield:u64 {f.Name};\toffset:{f.Offset};\tsize:{f.Size};\tsigned:0;\n")));
    }

    private static byte[] Record(int id, int thread, params (int Offset, uint Value)[] values)
    {
        byte[] record = new byte[48];
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)id);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), thread);
        foreach ((int offset, uint value) in values) BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(offset), value);
        return record;
    }
}

using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>Rows of the table <c>exits</c>: one for each exit. Times are in ticks of the trace's clock, in its unit.</summary>
public sealed class ExitTableRows
{
    private readonly TraceColumns trace = new();
    private readonly NativeColumn.NumberColumn<ulong> number = new("number", "UInt64");
    private readonly NativeColumn.TextColumn configuration = new("configuration");
    private readonly NativeColumn.NumberColumn<uint> block = new("block", "UInt32");
    private readonly NativeColumn.TextColumn events = new("events");
    private readonly NativeColumn.NumberColumn<bool> traced = new("traced", "UInt8");
    private readonly NativeColumn.NumberColumn<bool> used = new("used", "UInt8");
    private readonly NativeColumn.NumberColumn<bool> preempted = new("preempted", "UInt8");
    private readonly NativeColumn.NumberColumn<int> vcpu = new("vcpu", "Int32");
    private readonly NativeColumn.NumberColumn<long> tid = new("tid", "Int64");
    private readonly NativeColumn.TextColumn reason = new("reason");
    private readonly NativeColumn.TextColumn kvmExit = new("kvm_exit");
    private readonly NativeColumn.TextColumn subkey = new("subkey");
    private readonly NativeColumn.NumberColumn<bool> userspace = new("userspace", "UInt8");
    private readonly NativeColumn.TextColumn signature = new("signature");
    private readonly NativeColumn.NumberColumn<bool> complete = new("complete", "UInt8");
    private readonly NativeColumn.NumberColumn<ulong> begin = new("begin", "UInt64");
    private readonly NativeColumn.OptionalColumn<ulong> duration = new("duration", "UInt64");
    private readonly ImmutableArray<NativeColumn.OptionalColumn<ulong>> stages =
        [.. StageNames.All.Select(s => new NativeColumn.OptionalColumn<ulong>($"stage_{s.Name().Replace('-', '_')}", "UInt64"))];

    private readonly ulong?[] ticks = new ulong?[StageNames.All.Count];

    public ExitTableRows() => Block = new NativeBlock(
    [
        .. trace.All, number, configuration, block, events, traced, used, preempted, vcpu, tid, reason, kvmExit, subkey, userspace,
        signature, complete, begin, duration, .. stages,
    ]);

    public NativeBlock Block { get; }

    /// <param name="words">Texts of the exit's class, made once.</param>
    /// <param name="eventNames">The events of its block.</param>
    /// <param name="isUsed">False for exits that are kept and not used: warm-up, cool-down, calibration.</param>
    internal void Add(ExportedTrace from, in ExitRow row, ExitClassWords words, string eventNames, bool isUsed)
    {
        trace.Add(from);
        number.Add((ulong)row.Index);
        configuration.Add(row.Configuration.Name);
        block.Add((uint)row.Block.Index);
        events.Add(eventNames);
        traced.Add(row.IsTraced);
        used.Add(isUsed);
        preempted.Add(row.Block.InvoluntarySwitches > 0);
        vcpu.Add(row.Vcpu);
        tid.Add(row.Tid);
        reason.Add(row.Class.Reason);
        kvmExit.Add(row.Class.KvmExit);
        subkey.Add(words.Subkey);
        userspace.Add(row.Class.Destination == Destination.Userspace);
        signature.Add(words.Signature);
        bool paired = words.HasBothEnds && row.Stamps[^1] >= row.Stamps[0];
        complete.Add(paired && row.Walk is not null);
        begin.Add(row.Stamps[0]);
        duration.Add(paired ? row.Duration : null);
        Array.Clear(ticks);
        if (paired && row.Walk is { } walk)
        {
            foreach (WalkStage stage in walk.Stages)
            {
                if (stage.State != StageState.Absent) ticks[(int)stage.Stages[0]] = row.Ticks(stage);
            }
        }
        for (int i = 0; i < ticks.Length; i++) stages[i].Add(ticks[i]);
    }
}

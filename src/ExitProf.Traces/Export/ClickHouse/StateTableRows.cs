namespace ExitProf.Traces;

/// <summary>Rows of the table <c>states</c>: one for each <see cref="StateRow"/>.</summary>
public sealed class StateTableRows
{
    private readonly TraceColumns trace = new();
    private readonly NativeColumn.TextColumn configuration = new("configuration");
    private readonly NativeColumn.TextColumn mode = new("mode");
    private readonly NativeColumn.TextColumn kind = new("kind");
    private readonly NativeColumn.NumberColumn<uint> position = new("position", "UInt32");
    private readonly NativeColumn.TextColumn name = new("name");
    private readonly NativeColumn.TextColumn group = new("stage_group");
    private readonly NativeColumn.TextColumn state = new("state");
    private readonly NativeColumn.TextColumn bound = new("bound");
    private readonly NativeColumn.TextColumn kvmExit = new("kvm_exit");
    private readonly NativeColumn.NumberColumn<bool> userspace = new("userspace", "UInt8");
    private readonly NativeColumn.NumberColumn<bool> halt = new("halt", "UInt8");
    private readonly NativeColumn.NumberColumn<ulong> exits = new("exits", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> all = new("all_exits", "UInt64");
    private readonly NativeColumn.NumberColumn<double> sum = new("total", "Float64");
    private readonly NativeColumn.OptionalColumn<double> probe = new("probe", "Float64");
    private readonly NativeColumn.NumberColumn<uint> tick = new("tick", "UInt32");
    private readonly NativeColumn.NumberColumn<ulong> shortest = new("shortest", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> longest = new("longest", "UInt64");
    private readonly NativeColumn.NumberListColumn<ulong> values = new("histogram.value", "UInt64");
    private readonly NativeColumn.NumberListColumn<ulong> counts = new("histogram.exits", "UInt64");

    public StateTableRows() => Block = new NativeBlock(
    [
        .. trace.All, configuration, mode, kind, position, name, group, state, bound, kvmExit, userspace, halt, exits, all, sum, probe,
        tick, shortest, longest, values, counts,
    ]);

    public NativeBlock Block { get; }

    public void Add(ExportedTrace from, StateRow row)
    {
        trace.Add(from);
        configuration.Add(row.Configuration);
        mode.Add(row.Mode);
        kind.Add(row.Kind);
        position.Add((uint)row.Position);
        name.Add(row.Name);
        group.Add(row.Group);
        state.Add(row.State);
        bound.Add(row.Bound);
        kvmExit.Add(row.KvmExit);
        userspace.Add(row.Userspace);
        halt.Add(row.IsHalt);
        exits.Add((ulong)row.Exits);
        all.Add((ulong)row.Count);
        sum.Add(row.Sum);
        probe.Add(row.Probe);
        tick.Add((uint)row.Tick);
        shortest.Add(row.Shortest);
        longest.Add(row.Longest);
        values.Add(row.Values.AsSpan());
        counts.Add(row.Counts.AsSpan());
    }
}

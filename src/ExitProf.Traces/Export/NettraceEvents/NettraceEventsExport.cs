using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// One event per exit in a .nettrace file, for PerfView and other tools on TraceEvent: the container describes its fields, so no reader
/// needs to know us.
/// </summary>
internal sealed class NettraceEventsExport(Stream stream) : IExitRowWriter
{
    private const string Provider = "ExitProf-Exits";
    private static readonly Guid ProviderGuid = new("2f9d6c1e-63c5-4a41-9a35-0f6a64a5d0b7");

    /// <summary>What stands for a duration or a stage that the exit does not have.</summary>
    private const double None = double.NaN;

    private static readonly ImmutableArray<TraceEvents> Events =
    [
        new TraceEvents(EventId.Scenario,
        [
            ("Index", FieldType.I64), ("Vcpu", FieldType.I32), ("Tid", FieldType.I64), ("Reason", FieldType.Text),
                ("KvmExit", FieldType.Text),
            ("Subkey", FieldType.Text), ("Userspace", FieldType.Bool), ("Start", FieldType.U64), ("Duration", FieldType.F64),
                ("DurationUs", FieldType.F64),
            .. StageNames.All.Select(s => (s.Name().Replace("-", "", StringComparison.Ordinal), FieldType.F64)),
        ]) { Name = "Exit" },
    ];

    private readonly NettraceWriter blocks = new(stream, Provider, ProviderGuid, Events);
    private readonly PayloadWriter payload = new();
    private readonly double[] stages = new double[StageNames.All.Count];
    private TraceHeader? header;
    private ulong? origin;

    public void Begin(TraceHeader header)
    {
        this.header = header;
        blocks.Preamble(header.StartUtc, Math.Max(1, header.Clock.Hertz));
    }

    public void Row(in ExitRow row)
    {
        origin ??= row.Stamps[0];
        double duration = row.IsPaired ? row.Duration : None;
        double microseconds = header!.Clock is { IsTime: true, Hertz: > 0 and var hertz } ? duration * 1e6 / hertz : None;
        payload.BeginPlain().I64(row.Index).I32(row.Vcpu).I64(row.Tid).Text(row.Class.Reason).Text(row.Class.KvmExit).Text(row.Subkey)
            .Bool(row.Class.Destination == Destination.Userspace).U64(row.Stamps[0]).F64(duration).F64(microseconds);
        Array.Fill(stages, None);
        if (row is { IsPaired: true, Walk: { } walk })
        {
            foreach (WalkStage stage in walk.Stages)
            {
                if (stage.State != StageState.Absent) stages[(int)stage.Stages[0]] = row.Ticks(stage);
            }
        }
        foreach (double ticks in stages) payload.F64(ticks);
        ulong time = unchecked(row.Stamps[0] - origin.Value);
        blocks.Event(EventId.Scenario, time < 1UL << 62 ? (long)time : 0, payload.Plain);
    }

    public void Finding(Finding finding)
    {
    }

    public void End() => blocks.End();
}

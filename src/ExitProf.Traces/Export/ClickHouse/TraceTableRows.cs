using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// Rows of the table <c>traces</c>: what is known of a trace as a whole. They come last: a trace without one is not there.
/// </summary>
public sealed class TraceTableRows
{
    private readonly TraceColumns trace = new();
    private readonly NativeColumn.FreeTextColumn file = new("file");
    private readonly NativeColumn.NumberColumn<ulong> bytes = new("bytes", "UInt64");
    private readonly NativeColumn.TextColumn source = new("source");
    private readonly NativeColumn.TextColumn backend = new("backend");
    private readonly NativeColumn.TextColumn guestMode = new("guest_mode");
    private readonly NativeColumn.TextColumn mode = new("mode");
    private readonly NativeColumn.TextColumn events = new("events");
    private readonly NativeColumn.TextColumn groups = new("event_groups");
    private readonly NativeColumn.NumberColumn<long> hertz = new("hertz", "Int64");
    private readonly NativeColumn.NumberColumn<double> probeFloor = new("probe_floor", "Float64");
    private readonly NativeColumn.NumberColumn<ulong> seed = new("seed", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> rows = new("exit_rows", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> traced = new("traced_exits", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> complete = new("complete_exits", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> untraced = new("untraced_exits", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> lost = new("lost_events", "UInt64");
    private readonly NativeColumn.NumberColumn<ulong> blocks = new("blocks", "UInt64");
    private readonly NativeColumn.TextListColumn factNames = new("fact.name");
    private readonly NativeColumn.TextListColumn factValues = new("fact.value");
    private readonly NativeColumn.TextListColumn findingSeverities = new("finding.severity");
    private readonly NativeColumn.TextListColumn findingIds = new("finding.id");
    private readonly NativeColumn.TextListColumn findingSubjects = new("finding.subject");
    private readonly NativeColumn.NumberListColumn<long> findingCounts = new("finding.count", "Int64");
    private readonly NativeColumn.TextListColumn findingTexts = new("finding.text");

    public TraceTableRows() => Block = new NativeBlock(
    [
        .. trace.All, file, bytes, source, backend, guestMode, mode, events, groups, hertz, probeFloor, seed, rows, traced, complete,
        untraced, lost, blocks, factNames, factValues, findingSeverities, findingIds, findingSubjects, findingCounts, findingTexts,
    ]);

    public NativeBlock Block { get; }

    /// <param name="exits">What the tables of its configurations have.</param>
    /// <param name="exitRows">How many single exits were sent.</param>
    public void Add(ExportedTrace from, string name, long size, (long Traced, long Complete, long Untraced) exits, long exitRows,
        (long LostEvents, long Blocks) counts, ImmutableArray<Finding> findings)
    {
        TraceHeader header = from.Header;
        trace.Add(from);
        file.Add(name);
        bytes.Add((ulong)size);
        source.Add(header.Source.Name);
        backend.Add(header.Backend.Name());
        guestMode.Add(header.GuestMode);
        mode.Add(header.Native ? "native" : "emulated");
        events.Add(header.Events);
        groups.Add(header.Groups.Name());
        hertz.Add(header.Clock.Hertz);
        probeFloor.Add(header.ProbeFloor);
        seed.Add(header.Seed);
        rows.Add((ulong)exitRows);
        traced.Add((ulong)exits.Traced);
        complete.Add((ulong)exits.Complete);
        untraced.Add((ulong)exits.Untraced);
        lost.Add((ulong)counts.LostEvents);
        blocks.Add((ulong)counts.Blocks);
        factNames.Add(header.Host.Select(f => f.Name));
        factValues.Add(header.Host.Select(f => f.Value));
        findingSeverities.Add(findings.Select(f => f.Severity.Name()));
        findingIds.Add(findings.Select(f => f.Id));
        findingSubjects.Add(findings.Select(f => f.Subject));
        findingCounts.Add([.. findings.Select(f => f.Count)]);
        findingTexts.Add(findings.Select(f => f.Text));
    }
}

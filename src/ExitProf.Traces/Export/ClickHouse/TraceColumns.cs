using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>The first columns of every table: which trace, from where.</summary>
public sealed class TraceColumns
{
    private readonly NativeColumn.NumberColumn<FileIdentity> trace = new("trace", "UUID");
    private readonly NativeColumn.NumberColumn<ulong> attempt = new("attempt", "UInt64");
    private readonly NativeColumn.NumberColumn<uint> start = new("start", "DateTime");
    private readonly NativeColumn.TextColumn host = new("host");
    private readonly NativeColumn.TextColumn kernel = new("kernel");
    private readonly NativeColumn.TextColumn cpu = new("cpu");
    private readonly NativeColumn.TextColumn scenario = new("scenario");
    private readonly NativeColumn.TextColumn unit = new("unit");
    private readonly NativeColumn.NumberColumn<uint> grain = new("grain", "UInt32");
    private ExportedTrace? known;
    private (string Kernel, string Cpu, uint Start) facts;

    public ImmutableArray<NativeColumn> All => [trace, attempt, start, host, kernel, cpu, scenario, unit, grain];

    public void Add(ExportedTrace row)
    {
        if (!ReferenceEquals(row, known)) (known, facts) = (row, (row.Kernel, row.Cpu, row.Start));
        trace.Add(row.Identity);
        attempt.Add(row.Attempt);
        start.Add(facts.Start);
        host.Add(row.Host);
        kernel.Add(facts.Kernel);
        cpu.Add(facts.Cpu);
        scenario.Add(row.Header.Scenario);
        unit.Add(row.Header.Clock.Word);
        grain.Add((uint)Math.Max(1, row.Header.Clock.Grain));
    }
}

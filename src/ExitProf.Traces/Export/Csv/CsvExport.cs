using System.Globalization;

namespace ExitProf.Traces;

/// <summary>One line for each exit; the columns are a contract.</summary>
/// <remarks>
/// Lines that begin with # are comments: the clock's rate, the trace, and at the end what is doubtful about it. A stage that no event
/// separates from the one
/// before it is in that one's column, and its own is empty, as is that of a stage that the exit does not walk through.
/// </remarks>
internal sealed class CsvExport(TextWriter writer, string name) : IExitRowWriter
{
    internal const string Columns = "index,configuration,block,traced,vcpu,tid,reason,kvmExit,subkey,userspace,start,duration";

    private readonly ulong?[] stages = new ulong?[StageNames.All.Count];
    private readonly char[] digits = new char[20];

    public void Begin(TraceHeader header)
    {
        Comment($"exitprof {name}, source {header.Source}, scenario {header.Scenario}, back-end {header.Backend.Name()}");
        Comment($"clock: {header.Clock.Hertz} ticks per second, grain {header.Clock.Grain}");
        Comment("stages that no event separates are in the column of the first of them");
        writer.Write(Columns);
        foreach (Stage stage in StageNames.All)
        {
            writer.Write(',');
            writer.Write(stage.Name());
        }
        writer.Write('\n');
    }

    public void Row(in ExitRow row)
    {
        Number((ulong)row.Index);
        Text(row.Configuration.Name);
        writer.Write(',');
        Number((ulong)row.Block.Index);
        writer.Write(row.IsTraced ? ",1," : ",0,");
        if (row.Vcpu >= 0) Number((ulong)row.Vcpu);
        writer.Write(',');
        if (row.Tid >= 0) Number((ulong)row.Tid);
        Text(row.Class.Reason);
        Text(row.Class.KvmExit);
        Text(row.Subkey);
        writer.Write(row.Class.Destination == Destination.Userspace ? ",1," : ",0,");
        Number(row.Stamps[0]);
        writer.Write(',');
        if (row.IsPaired) Number(row.Duration);
        Stages(in row);
        writer.Write('\n');
    }

    public void Finding(Finding finding) => Comment($"{finding.Severity.Name()}: {finding.Id} ({finding.Count}): {finding.Text}");

    public void End() => writer.Flush();

    private void Stages(in ExitRow row)
    {
        Array.Clear(stages);
        if (row is { IsPaired: true, Walk: { } walk })
        {
            foreach (WalkStage stage in walk.Stages)
            {
                if (stage.State != StageState.Absent) stages[(int)stage.Stages[0]] = row.Ticks(stage);
            }
        }
        foreach (ulong? ticks in stages)
        {
            writer.Write(',');
            if (ticks is { } known) Number(known);
        }
    }

    private void Number(ulong value)
    {
        value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        writer.Write(digits, 0, written);
    }

    /// <summary>With a comma before it; quoted where it must be (RFC 4180).</summary>
    private void Text(string text)
    {
        writer.Write(',');
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            writer.Write(text);
            return;
        }
        writer.Write('"');
        writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }

    private void Comment(string text)
    {
        writer.Write("# ");
        writer.Write(text.ReplaceLineEndings(" "));
        writer.Write('\n');
    }
}

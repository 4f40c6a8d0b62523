using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// The tables of traces as one: a row for each total, each stage and each step, for each reason, or for each figure that another tool
/// printed (its table as configuration, its value as mean). Figures are in the trace's own unit, as
/// exact as they are known, with a point; a figure that does not exist is empty.
/// </summary>
/// <remarks>The single exits are <c>exitprof export --to csv</c>.</remarks>
public static class CsvReport
{
    public const string Head = "trace,scenario,configuration,unit,row,name,state,exits,mean,p50,p90,p99,probe,corrected,low,high,share";

    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces)
    {
        writer.Write(Head + "\n");
        foreach (TraceSummary trace in traces)
        {
            if (trace.Reasons is { } reasons) WriteReasons(writer, trace, reasons);
            else foreach (ConfigurationSummary configuration in trace.Configurations) WriteStages(writer, trace, configuration);
            foreach (TableFigure m in trace.Metrics)
                Row(writer, trace, m.Table, "table", $"{m.Row}: {m.Column}", "", 0, [m.Value, .. Unknown(8)], m.Unit);
        }
    }

    private static void WriteReasons(TextWriter writer, TraceSummary trace, ReasonTable reasons)
    {
        foreach (ReasonRow row in reasons.Rows)
        {
            Reason("reason", ReasonSentences.Name(row), row.Figures);
            foreach (ReasonSubkey subkey in row.Subkeys) Reason("sub-key", $"{ReasonSentences.Name(row)} {subkey.Subkey}", subkey.Figures);
        }

        void Reason(string row, string name, ReasonFigures f) =>
            Row(writer, trace, "", row, name, "", f.Count, [f.Mean, f.P50, f.P90, f.P99, .. Unknown(4), f.Share]);
    }

    private static void WriteStages(TextWriter writer, TraceSummary trace, ConfigurationSummary c)
    {
        string configuration = c.Configuration.Name;
        if (c.Untraced is { } untraced)
            Total("untraced", untraced.Total, untraced.Mean);
        Total("traced", c.Total, new Estimate(double.NaN, double.NaN, double.NaN));
        foreach (StageSummary stage in c.Stages)
        {
            Quantiles q = stage.Cycles;
            Estimate corrected = stage.Corrected;
            Row(writer, trace, configuration, "stage", stage.Name, State(stage), q.Exits,
                [q.Mean, q.P50, q.P90, q.P99, stage.Probe, corrected.Mean, corrected.Low, corrected.High, stage.Share]);
            foreach (StepSummary step in stage.Steps)
            {
                Row(writer, trace, configuration, "step", $"{stage.Name}: {step.Name}", "", 0,
                    [step.Mean, step.P50, .. Unknown(2), step.Probe, step.Corrected, .. Unknown(3)]);
            }
        }

        void Total(string name, Quantiles q, Estimate mean) =>
            Row(writer, trace, configuration, "total", name, "", q.Exits,
                [q.Mean, q.P50, q.P90, q.P99, double.NaN, mean.Mean, mean.Low, mean.High, double.NaN]);
    }

    private static IEnumerable<double> Unknown(int figures) => Enumerable.Repeat(double.NaN, figures);

    private static string State(StageSummary stage) => stage.State switch
    {
        StageState.Present => "present",
        StageState.Absent => "absent",
        _ => "merged",
    };

    /// <param name="exits">0 where they are not counted apart.</param>
    /// <param name="unit">Null for that of the trace's clock.</param>
    private static void Row(
        TextWriter writer, TraceSummary trace, string configuration, string row, string name, string state, long exits,
        IReadOnlyList<double> figures, string? unit = null)
    {
        string count = exits > 0 ? exits.ToString(CultureInfo.InvariantCulture) : "";
        string[] texts = [trace.File, trace.Header.Scenario, configuration, unit ?? trace.Header.Clock.Word, row, name, state, count];
        writer.Write(string.Join(',', texts.Select(Cell)));
        foreach (double figure in figures)
            writer.Write("," + (double.IsFinite(figure) ? Math.Round(figure, 4).ToString(CultureInfo.InvariantCulture) : ""));
        writer.Write("\n");
    }

    /// <summary>Quoted where it has to be; a name that a spreadsheet would take for a formula is only text.</summary>
    private static string Cell(string text)
    {
        string visible = VisibleText.Of(text);
        if (visible.Length > 0 && "=+-@".Contains(visible[0], StringComparison.Ordinal)) visible = "'" + visible;
        return visible.AsSpan().IndexOfAny(',', '"', '\n') < 0 ? visible : $"\"{visible.Replace("\"", "\"\"")}\"";
    }
}

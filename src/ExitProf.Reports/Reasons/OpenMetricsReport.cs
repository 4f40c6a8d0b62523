using System.Globalization;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// The summary of a trace as OpenMetrics text (version 1.0.0): exits by reason, KVM_EXIT_* and vCPU; durations as quantiles, in seconds
/// where the clock is time.
/// </summary>
public static class OpenMetricsReport
{
    public static void Write(TextWriter writer, TraceSummary trace)
    {
        TraceClock clock = trace.Header.Clock;
        bool isTime = clock is { IsTime: true, Hertz: > 0 };
        string unit = isTime ? "seconds" : clock.Word;
        double scale = isTime ? 1.0 / clock.Hertz : 1;
        List<(string Labels, ReasonFigures Figures)> rows = [.. Rows(trace)];

        Family(writer, "exitprof_exits", "counter", "", "VM exits.");
        foreach ((string labels, ReasonFigures f) in rows) writer.Write($"exitprof_exits_total{{{labels}}} {f.Count}\n");
        string duration = "exitprof_exit_duration_" + unit;
        Family(writer, duration, "summary", unit, "Time from the exit to the next entry, of exits with both ends.");
        foreach ((string labels, ReasonFigures f) in rows.Where(r => r.Figures.Paired > 0))
        {
            foreach ((string quantile, double value) in (ReadOnlySpan<(string, double)>)[("0.5", f.P50), ("0.9", f.P90), ("0.99", f.P99)])
            {
                writer.Write($"{duration}{{{labels},quantile=\"{quantile}\"}} {Number(value * scale)}\n");
            }
            writer.Write($"{duration}_sum{{{labels}}} {Number(f.Total * scale)}\n{duration}_count{{{labels}}} {f.Paired}\n");
        }
        Family(writer, "exitprof_findings", "gauge", "", "What is doubtful about the trace, by finding.");
        foreach (var same in trace.Findings.GroupBy(f => (f.Severity, f.Id)))
        {
            writer.Write($"exitprof_findings{{severity=\"{same.Key.Severity.Name()}\",id=\"{Escaped(same.Key.Id)}\"}} "
                + $"{same.Sum(f => f.Count)}\n");
        }
        writer.Write("# EOF\n");
    }

    private static IEnumerable<(string Labels, ReasonFigures Figures)> Rows(TraceSummary trace)
    {
        if (trace.Reasons is { } table)
        {
            foreach (ReasonRow row in table.Rows)
            {
                foreach (ReasonVcpu vcpu in row.Vcpus)
                {
                    string labels = Labels(("reason", row.Reason), ("kvm_exit", row.KvmExit), ("vcpu", Known(vcpu.Vcpu)),
                        ("tid", Known(vcpu.Tid)));
                    yield return (labels, vcpu.Figures);
                }
            }
            yield break;
        }
        foreach (ConfigurationSummary c in trace.Configurations)
        {
            Quantiles q = c.Untraced?.Total ?? c.Total;
            string labels = Labels(("scenario", trace.Header.Scenario), ("configuration", c.Configuration.Name), ("kind", c.Kind.Name()));
            yield return (labels, new ReasonFigures(q.Exits, q.Exits, q.Mean * q.Exits, double.NaN, q.P50, q.P90, q.P99, q.Min, q.Max));
        }
    }

    private static string Known(long number) => number >= 0 ? number.ToString(CultureInfo.InvariantCulture) : "";

    /// <summary>An empty label is the same as none.</summary>
    private static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in labels)
        {
            if (value.Length == 0) continue;
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"").Append(Escaped(value)).Append('"');
        }
        return text.ToString();
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "NaN";

    private static void Family(TextWriter writer, string name, string type, string unit, string help)
    {
        writer.Write($"# TYPE {name} {type}\n");
        if (unit.Length > 0) writer.Write($"# UNIT {name} {unit}\n");
        writer.Write($"# HELP {name} {help}\n");
    }
}

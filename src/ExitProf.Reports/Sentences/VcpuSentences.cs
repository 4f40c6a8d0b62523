using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The table of a configuration's vCPUs: one beside the other, each with the rows that add up to its own untraced mean.</summary>
internal static class VcpuSentences
{
    public const string Caption = "Each vCPU by itself: corrected stages, and what they add up to";

    public static IEnumerable<string> Columns(Subject subject) => subject.Configuration.Vcpus.Select(v => $"vCPU {v.Vcpu}");

    /// <summary>A name and a figure for each vCPU.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<string> Figures)> Rows(Subject subject)
    {
        var vcpus = subject.Configuration.Vcpus;
        foreach (StageSummary stage in subject.Rows.Where(s => s.State != StageState.Absent))
        {
            yield return (stage.Name, [.. vcpus.Select(v => Stage(subject, v.Figures, stage.Name))]);
        }
        yield return ("incomplete", [.. vcpus.Select(v => Figures.Difference(v.Figures.Incomplete.Mean))]);
        if (subject.HasIdentity)
        {
            yield return (
                "probe-indirect",
                [.. vcpus.Select(v => Of(v.Figures.ProbeIndirect is { } e ? new Estimate(-e.Mean, -e.High, -e.Low) : null))]
            );
            yield return ("unattributed", [.. vcpus.Select(v => Of(v.Figures.Unattributed))]);
        }
        yield return ("untraced", [.. vcpus.Select(v => Of(v.Figures.Untraced?.Mean))]);
        yield return ("untraced p99", [.. vcpus.Select(v => Figures.Cycles(v.Figures.Untraced?.Total.P99 ?? double.NaN))]);
    }

    /// <summary>Says that the row may be missing, for a vCPU whose most frequent signature is another one.</summary>
    private static string Stage(Subject subject, ConfigurationSummary vcpu, string name)
    {
        if (vcpu.Stages.FirstOrDefault(s => s.Name == name) is not { } stage) return Figures.Absent;
        return Figures.Bounded(stage.Bound, subject.ProbeCostKnown ? Figures.Interval(stage.Corrected) : Figures.Cycles(stage.Cycles.Mean));
    }

    private static string Of(Estimate? estimate) => estimate is { } e ? Figures.Interval(e) : Figures.Absent;
}

using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Holds new traces against what a baseline remembers of their scenarios: the level since the last step, of the same machine.
/// </summary>
public static class BaselineComparison
{
    /// <summary>Without a row, and nobody can tell, if the baseline knows none of the scenarios on this machine.</summary>
    public static ComparisonSummary Of(Gate gate, Baseline baseline, string folder, IReadOnlyList<TraceSummary> traces)
    {
        var rows = new List<ComparedRow>();
        var held = new List<BaselineRun>();
        var findings = new List<Finding>(RunFindings.OfTraces(traces));
        foreach (var series in traces.SelectMany(Runs).GroupBy(r => (r.Name, r.Scenario, r.Run.Unit, r.Run.Machine)))
        {
            (string unit, string machine) = (series.Key.Unit, series.Key.Machine);
            BaselineRun[] here = [.. baseline.Read(series.Key.Name).Where(r => (r.Unit, r.Machine) == (unit, machine))];
            BaselineRun[] known = [.. here.Where(r => !series.Any(s => s.Run.Utc == r.Utc))];
            if (known.Length == 0)
            {
                findings.Add(FindingKind.NotInBaseline.Of(series.Count(), here.Length == 0
                    ? $"{series.Key.Name} has no run of this machine in the baseline and was not compared."
                    : $"All that the baseline has of {series.Key.Name} on this machine {(here.Length == 1 ? "is this recording itself" : "are these recordings themselves")}: it was not compared."));
                continue;
            }
            ImmutableArray<HistoryStep> steps = History.Steps(known);
            findings.AddRange(steps.Select(s => FindingKind.Step.Of(1, $"{series.Key.Name}: {Said(s)}")));
            BaselineRun[] level = [.. known.Where(r => steps.IsEmpty || r.Utc >= steps[^1].After.Utc)];
            held.AddRange(level);
            double[] old = [.. level.Select(r => r.Median)], changed = [.. series.Select(s => s.Run.Median)];
            Gate own = gate.For(series.Key.Scenario, series.Key.Name).In(series.Key.Unit, series.Key.Name);
            bool reliable = !series.Any(s => s.Unreliable);
            JudgedShift total = JudgedShift.OfTotal(own, old, changed, 0, reliable, ordered: true);
            findings.AddRange(RunFindings.OfRow(own, series.Key.Name, old, changed, total, ordered: true));
            ImmutableArray<Fact> settings = series.First().Settings;
            int runs = changed.Length;
            rows.Add(new ComparedRow(series.Key.Name, series.Key.Scenario, settings, "", unit, 0, "median", old.Length, runs, total)
            {
                History = new RunHistory([.. known], steps, [.. series.Select(s => s.Run)]),
            });
        }
        if (rows.Count > 0) findings.Add(RunFindings.NotInterleaved(rows.Sum(r => r.BaseRuns + r.NewRuns)));
        findings.AddRange(GateFindings.UnusedMargins(gate, rows));
        MoreUnits? needs = ComparisonSummary.Needs(rows);
        ImmutableArray<string> files = [.. traces.Select(t => t.File)];
        return new ComparisonSummary(gate, ComparisonSummary.Worst(rows), [.. rows], needs, [folder], files, [], [.. findings])
        {
            BaseOrigin = held.Count > 0 ? SideOrigin.Of(held) : null,
            NewOrigin = TraceComparison.OriginOf(traces),
        };
    }

    /// <summary>Why a trace must not become the level that others are compared with.</summary>
    /// <returns>Null if nothing speaks against it.</returns>
    public static Finding? Unfit(TraceSummary trace) =>
        trace.Findings.FirstOrDefault(f => f.Severity == Severity.Error || f.Effect == FindingEffect.Damage);

    /// <summary>Appends the median of each configuration of each trace that is not there yet.</summary>
    /// <param name="commit">Of the system under test; empty if nobody said.</param>
    /// <returns>How many were appended.</returns>
    public static int Add(Baseline baseline, IReadOnlyList<TraceSummary> traces, string commit) =>
        traces.SelectMany(Runs).Count(run => baseline.Add(run.Name, run.Run with { Commit = commit }));

    private static string Said(HistoryStep step)
    {
        string percent = $"{(step.Percent.Value > 0 ? "+" : "−")}{Math.Abs(step.Percent.Value):0.0} %";
        return $"{percent} between {At(step.Before)} and {At(step.After)}.";

        static string At(BaselineRun run) => $"{run.Commit} ({run.Utc:yyyy-MM-dd})";
    }

    private static IEnumerable<(string Name, string Scenario, ImmutableArray<Fact> Settings, BaselineRun Run, bool Unreliable)> Runs(
        TraceSummary trace)
    {
        string Fact(string name) => trace.Header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "unknown";
        foreach (ConfigurationSummary c in trace.Configurations)
        {
            double median = (c.Untraced?.Total ?? c.Total).P50;
            if (!(median > 0 && double.IsFinite(median))) throw new InputException($"{trace.File} has no median above 0.");
            string name = trace.Header.Scenario + (c.Configuration.Name == Configuration.Default ? "" : $" {c.Configuration.Name}");
            DateTime second = trace.RecordedUtc.AddTicks(-(trace.RecordedUtc.Ticks % TimeSpan.TicksPerSecond));
            string machine =
                $"{Fact("cpu")}, {trace.Header.Backend.Name()}{(c.Native ? "" : ", emulated")}{(c.Untraced is null ? ", traced" : "")}";
            var run = new BaselineRun(second, "", new Run(trace, c).Unit(true), Math.Round(median, 3), machine);
            bool unreliable = trace.Findings.Any(f => f.Severity == Severity.Error);
            yield return (name, trace.Header.Scenario, c.Configuration.Settings, run, unreliable);
        }
    }
}

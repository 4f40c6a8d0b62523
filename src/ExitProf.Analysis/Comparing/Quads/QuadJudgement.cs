using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Judges a trace of two configurations that were interleaved in quads of blocks. A pure function of the trace and the gate.
/// </summary>
public static class QuadJudgement
{
    /// <summary>As a recorder makes them, where none came.</summary>
    private const double UntracedPerTraced = 5;

    /// <param name="gate">Its looks are those that the trace announces.</param>
    /// <param name="trace">What the same trace is summarised to.</param>
    /// <exception cref="InputException">It is no such trace.</exception>
    public static ComparisonSummary Of(Gate gate, QuadAnalysis sides, TraceSummary trace)
    {
        TraceHeader header = sides.TraceHeader;
        if (header.Looks < 1 || header.Configurations.Length < 2)
            throw new InputException($"{trace.File} is no comparison of two configurations: exitprof ab records one.");
        sides.Finish();
        gate = gate with { Looks = header.Looks };
        ComparedRow row = Row(gate, sides, trace, out List<Finding> findings);
        findings.AddRange(GateFindings.UnusedMargins(gate, [row]));
        return new ComparisonSummary(
            gate,
            ComparisonSummary.Worst([row]),
            [row],
            ComparisonSummary.Needs([row]),
            [header.Configurations[0].Name],
            [header.Configurations[1].Name],
            [],
            [.. findings]
        )
        {
            SecondsPerUnit = sides.Untraced.Count > 0 ? sides.Seconds / sides.Untraced.Count : double.NaN,
        };
    }

    private static ComparedRow Row(Gate gate, QuadAnalysis sides, TraceSummary trace, out List<Finding> findings)
    {
        TraceHeader header = sides.TraceHeader;
        gate = gate.For(header.Scenario, header.Scenario).In(header.Clock.Word, header.Scenario);
        Configuration first = header.Configurations[0],
            second = header.Configurations[1];
        findings = new List<Finding>(
            trace.Findings.Where(f =>
                (f.Severity > Severity.Info && f.Effect != FindingEffect.OfMeans) || f.Effect == FindingEffect.Carried
            )
        );
        if (sides.Incomplete > 0)
            findings.Add(
                FindingKind.IncompleteQuads.Of(sides.Incomplete, Agreement.Of(sides.Incomplete, $"{sides.Incomplete:N0} [quads lack a "
                    + "block and count|quad lacks a block and counts] on neither side."))
            );

        double[] contrasts = Contrasts(sides);
        int used = contrasts.Length, below = sides.Untraced.Count - used;
        // Which quads those are depends on what the sides cost: without them the shift is of the others only.
        if (below > 0)
            findings.Add(
                FindingKind.BelowLoop.Of(
                    below,
                    Agreement.Of(below, $"{below:N0} [quads have|quad has] a block whose exits took no longer than the loop around them: "
                        + "a shift of the others would favour a side.")
                )
            );

        findings.AddRange(ExitModes.Findings([trace]));
        ReportSize(gate, contrasts, findings);
        if (sides.ForStages.Count == 0 && used > 0)
            findings.Add(
                FindingKind.NoTracedQuads.Of(1, "No whole quad has kernel events: no stage was compared. Record more quads, or for longer.")
            );
        bool reliable = below == 0 && !trace.Findings.Any(f => f.Effect == FindingEffect.ForbidsVerdict);
        JudgedShift total = Total(gate, sides, contrasts, reliable);
        if (RunFindings.OfTail(header.Scenario, total) is { } unjudged) findings.Add(unjudged);
        bool stagesReliable = !trace.Findings.Any(f => f.Severity == Severity.Error && f.Effect != FindingEffect.OfMeans);
        return new ComparedRow(
            header.Scenario,
            header.Scenario,
            [.. first.Settings.Intersect(second.Settings)],
            trace.Configurations is [var any, ..] ? any.Kind.Name() : "",
            header.Clock.Word,
            0,
            "untraced median",
            used,
            used,
            total
        )
        {
            Kind = "quad",
            Hertz = header.Clock.Hertz,
            Quantiles = [.. QuantileComparison.Of(gate, sides.Quantiles, Loop(sides), Math.Max(1, header.Clock.Grain))],
            Stages = [.. Stages(gate, sides, trace, total.Base, stagesReliable, findings)],
        };
    }

    /// <summary>Whether a recording that may end early has enough: its total is judged, and its stages could be.</summary>
    public static bool Decided(ComparisonSummary comparison) =>
        comparison.Verdict != Verdict.CannotTell && comparison.Rows.All(r => r.Stages.All(s => s.Shift is not { Absolute.Exists: false }));

    /// <summary>
    /// What contiguous windows of two sides that are alike come to, in the order in which they were recorded. Resampling would make them
    /// independent, and that they are is what is in doubt.
    /// </summary>
    /// <param name="quads">In a window.</param>
    /// <returns>Null if there is no window, or no spread.</returns>
    public static GateCalibration? Calibrate(Gate gate, QuadAnalysis sides, int quads)
    {
        double[] contrasts = Contrasts(sides);
        double loop = Loop(sides);
        int windows = contrasts.Length / quads, excluding = 0;
        if (windows == 0 || contrasts.Length != sides.Untraced.Count) return null;
        for (int i = 0; i < windows; i++)
        {
            JudgedShift shift = JudgedShift.OfPairs(
                gate,
                contrasts[(i * quads)..((i + 1) * quads)],
                sides.Untraced.Totals.Base(loop, i * quads, quads),
                Narrowest(sides.Untraced.Totals.NewExits(i * quads, quads), sides.TraceHeader)
            );
            if (shift.Percent.Above(0) || shift.Percent.Below(0)) excluding++;
        }
        if (new PairedContrast(contrasts).Error is not (> 0 and var error)) return null;
        TraceHeader header = sides.TraceHeader;
        string settings = string.Join(", ", header.Configurations[0].Settings.Select(s => $"{s.Name}={s.Value}"));
        return new GateCalibration(
            header.StartUtc,
            Fact("cpu"),
            Fact("kernel"),
            header.Backend.Name(),
            header.Scenario,
            settings,
            1 - (gate with { Looks = 1 }).Confidence,
            quads,
            windows,
            excluding,
            error * Math.Sqrt(contrasts.Length),
            sides.Seconds / contrasts.Length
        );

        string Fact(string name) => header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";
    }

    /// <summary>The total so far.</summary>
    public static JudgedShift Running(Gate gate, QuadAnalysis sides) => Total(gate, sides, Contrasts(sides), reliable: true);

    private static void ReportSize(Gate gate, double[] contrasts, List<Finding> findings)
    {
        int least = SignedRank.LeastValues(gate.Confidence);
        if (contrasts.Length < least)
        {
            findings.Add(
                FindingKind.TooFewQuads.Of(
                    contrasts.Length,
                    $"{contrasts.Length} untraced quads allow no interval at {gate.Confidence:P1}: that takes {least}."
                )
            );
        }
        else if (!new PairedContrast(contrasts).HasSpread)
        {
            findings.Add(
                FindingKind.EqualValues.Of(contrasts.Length, "All quads have the same contrast: the interval is the grain of the clock.")
            );
        }
    }

    private static JudgedShift Total(Gate gate, QuadAnalysis sides, double[] contrasts, bool reliable)
    {
        QuadColumn totals = sides.Untraced.Totals;
        JudgedShift centre = JudgedShift.OfPairs(
            gate,
            contrasts,
            totals.Base(Loop(sides)),
            Narrowest(totals.NewExits(), sides.TraceHeader),
            reliable,
            sides.TraceHeader.Clock.Grain
        );
        return reliable && centre.Absolute.Exists ? centre.With(QuantileTail.Of(gate, sides.Quantiles.Tails(Loop(sides)))) : centre;
    }

    /// <summary>
    /// The contrasts of the blocks' medians without the loop around an emulated guest's exits, which is the same for both sides.
    /// </summary>
    private static double[] Contrasts(QuadAnalysis sides) => sides.Untraced.Totals.LogarithmContrasts(Loop(sides));

    private static double Loop(QuadAnalysis sides) =>
        sides.TraceHeader.Native || sides.Loops.Count == 0 ? 0 : new WalshAverages([.. sides.Loops]).Median;

    /// <summary>
    /// The mean of as many values as a side has cannot be known better than the clock's grain by the root of their number.
    /// </summary>
    private static double Narrowest(long exits, TraceHeader header) =>
        Math.Max(1, header.Clock.Grain) / Math.Sqrt(Math.Max(1, exits));

    private static IEnumerable<ComparedStage> Stages(
        Gate gate,
        QuadAnalysis sides,
        TraceSummary trace,
        double total,
        bool reliable,
        List<Finding> findings
    )
    {
        TraceHeader header = sides.TraceHeader;
        if (trace.Configurations.Length < 2)
            yield break;
        double perTraced =
            sides.ForStages.Count > 0 ? Math.Max(1, sides.Untraced.Count / (double)sides.ForStages.Count) : UntracedPerTraced;
        var rows = trace.Configurations.Take(2).SelectMany(c => c.Stages).DistinctBy(s => s.Name).OrderBy(s => s.Stages[0]).ToList();
        string[] present =
        [
            .. trace
                .Configurations[0]
                .Stages.Where(Present)
                .Select(s => s.Name)
                .Intersect(trace.Configurations[1].Stages.Where(Present).Select(s => s.Name)),
        ];
        foreach (StageSummary stage in rows)
        {
            bool one = trace.Configurations.Take(2).Any(c => c.Stages.Any(s => s.Name == stage.Name && Present(s)));
            if (!present.Contains(stage.Name))
            {
                if (one)
                    findings.Add(
                        FindingKind.StageMissing.Of(
                            1,
                            $"Only one side walks through {stage.Name} with these borders: it cannot be compared."
                        )
                    );
                if (one || header.Native)
                    yield return new ComparedStage(stage.Name, stage.Group, null) { Stages = stage.Stages };
                continue;
            }
            yield return new ComparedStage(
                stage.Name,
                stage.Group,
                Shift(stage.Name, stage.Probe, gate.ForStage(stage.Name), present.Length)
            )
            {
                Stages = stage.Stages,
                Gated = gate.Gates(stage.Name),
                Steps =
                    stage.Steps.Length < 2
                        ? []
                        :
                        [
                            .. stage.Steps.Select(
                                (s, i) =>
                                    new ComparedStep(
                                        s.Name,
                                        s.From,
                                        s.To,
                                        Shift(BlockStages.Key(stage.Name, i, s.From, s.To), s.Probe, gate, stage.Steps.Length)
                                    )
                            ),
                        ],
            };
        }

        JudgedShift Shift(string key, double floor, Gate gate, int tests)
        {
            QuadColumn quads = sides.ForStages.Stage(sides.StageNumber(key));
            double probe = double.IsFinite(floor) ? floor : 0;
            double narrowest = header.Clock.Grain / Math.Sqrt(Math.Max(1, quads.NewExits()));
            JudgedShift shift = JudgedShift.OfStagePairs(
                gate,
                quads.Contrasts(probe),
                quads.Base(probe),
                narrowest,
                header.Clock.Grain,
                total,
                tests,
                reliable
            );
            // What is asked for when more are recorded are untraced quads, of which several come to one with events.
            return shift.MoreRuns is { } more && (int)Math.Min(int.MaxValue, Math.Ceiling(more * perTraced)) is var untraced
                ? shift with
                {
                    More = new MoreUnits(untraced, untraced),
                }
                : shift;
        }
    }

    private static bool Present(StageSummary stage) => stage.State != StageState.Absent;
}

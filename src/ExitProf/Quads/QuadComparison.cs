using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Records an interleaved comparison and judges it: what was recorded so far while it runs, and the whole at its end.</summary>
internal sealed class QuadComparison(Gate gate, QuadOptions options, FileInfo file, CommandConsole console)
{
    private readonly TraceAnalysis analysis = new();
    private readonly QuadAnalysis sides = new();

    public ComparisonSummary Record(CancellationToken cancelled)
    {
        var progress = new ProgressLine(console) { Watched = Running };
        var lazy = new LazyTraceFile(file);
        try
        {
            QuadRecording.Record(
                options,
                new TeeSink(lazy, new TeeSink(analysis, sides)),
                () => QuadJudgement.Decided(Judge()),
                progress,
                cancelled
            );
        }
        finally
        {
            progress.Clear();
            lazy.Dispose();
        }
        file.Refresh();
        return WithCalibration(Judge()) with { Trace = ReportFiles.Shown(file.FullName) };
    }

    private ComparisonSummary Judge() =>
        QuadJudgement.Of(gate, sides, analysis.Summarise(file.Name, file.Exists ? file.Length : 0, []));

    /// <summary>The verdict so far in a few words; null before there is an interval.</summary>
    private string? Running() =>
        sides.HasQuads && QuadJudgement.Running(gate with { Looks = options.Looks }, sides) is { Percent.Exists: true } shift
            ? VerdictLine.Of(shift)
            : null;

    private ComparisonSummary WithCalibration(ComparisonSummary comparison)
    {
        if (options.Alike)
        {
            GateCalibration? made = QuadJudgement.Calibrate(comparison.Gate, sides, GateCalibration.UsualWindowQuads);
            // A few windows tell nothing about one in a hundred.
            if (made != null && made.Windows * made.Alpha >= 1) CalibrationStore.Keep(made);
            return made == null ? comparison : made.Of(comparison);
        }
        TraceHeader header = sides.TraceHeader;
        GateCalibration? known = CalibrationStore.Find(Fact("cpu"), Fact("kernel"), header.Backend.Name(), header.Scenario);
        return known == null
            ? comparison with
            {
                Findings =
                [
                    .. comparison.Findings,
                    FindingKind.GateNotCalibrated.Of(
                        1,
                        $"The gate was not calibrated on this host yet: exitprof ab {header.Scenario} --aa does that."
                    ),
                ],
            }
            : known.Of(comparison);

        string Fact(string name) => header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";
    }
}

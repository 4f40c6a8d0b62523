using System.Diagnostics;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>A suite under way: row after row, none of which can end the others.</summary>
internal sealed class SuiteRecording(DirectoryInfo folder, bool quick, CommandConsole console)
{
    /// <summary>In the order of their names: figures that need another row are made when all are there.</summary>
    public static IEnumerable<(IScenario Scenario, SuiteRun Run, int Index)> Plan() =>
        ScenarioCatalog.All.SelectMany(s => s.SuiteRuns.Select((r, i) => (s, r, i)));

    public SuiteSummary Run(ISuiteHost host, CancellationToken cancelled)
    {
        (IScenario Scenario, SuiteRun Run, int Index)[] plan = [.. Plan()];
        Stopwatch clock = Stopwatch.StartNew(), row = Stopwatch.StartNew();
        var rows = new List<JsonRecordedRow>();
        folder.Create();
        PlannedRecording[] recordings = [.. plan.Select((p, i) => new PlannedRecording(
            host.Options(p.Scenario, p.Run), new FileInfo(Path.Combine(folder.FullName, $"{i + 1:00}-{p.Scenario.Name}.nettrace"))))];
        try
        {
            host.Record(recordings, Done, cancelled);
        }
        catch (OperationCanceledException) when (rows.Count < plan.Length)
        {
            Done("It was interrupted.");
        }
        return SuiteFolder.Read(folder);

        void Done(string reason)
        {
            (IScenario scenario, _, int which) = plan[rows.Count];
            FileInfo file = recordings[rows.Count].File;
            file.Refresh();
            rows.Add(new JsonRecordedRow(scenario.Name, which, file.Exists ? file.Name : null, reason, row.Elapsed.TotalSeconds));
            row.Restart();
            // Written after each row: what was recorded can be shown whatever comes next.
            SuiteFolder.Write(folder, rows, quick, clock.Elapsed.TotalSeconds, cancelled.IsCancellationRequested);
            if (!console.SaysSteps) return;
            console.Note($"{rows.Count}/{plan.Length} {scenario.Name} {rows[^1].Seconds:0.0} s{(reason.Length > 0 ? ": " + reason : "")}");
        }
    }
}

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
        var clock = Stopwatch.StartNew();
        var rows = new List<JsonRecordedRow>();
        bool interrupted = false;
        folder.Create();
        for (int i = 0; i < plan.Length && !interrupted; i++)
        {
            rows.Add(Record(host, plan[i], i, cancelled));
            interrupted = cancelled.IsCancellationRequested;
            // Written after each row: what was recorded can be shown whatever comes next.
            SuiteFolder.Write(folder, rows, quick, clock.Elapsed.TotalSeconds, interrupted);
            if (!console.SaysSteps) continue;
            string reason = rows[^1].Reason.Length > 0 ? ": " + rows[^1].Reason : "";
            console.Note($"{i + 1}/{plan.Length} {plan[i].Scenario.Name} {rows[^1].Seconds:0.0} s{reason}");
        }
        return SuiteFolder.Read(folder);
    }

    private JsonRecordedRow Record(
        ISuiteHost host,
        (IScenario Scenario, SuiteRun Run, int Index) row,
        int index,
        CancellationToken cancelled
    )
    {
        (IScenario scenario, SuiteRun run, int which) = row;
        var clock = Stopwatch.StartNew();
        var file = new FileInfo(Path.Combine(folder.FullName, $"{index + 1:00}-{scenario.Name}.nettrace"));
        string reason;
        try
        {
            reason = host.Record(host.Options(scenario, run), file, cancelled);
        }
        catch (OperationCanceledException)
        {
            reason = "It was interrupted.";
        }
        file.Refresh();
        return new JsonRecordedRow(scenario.Name, which, file.Exists ? file.Name : null, reason, clock.Elapsed.TotalSeconds);
    }
}

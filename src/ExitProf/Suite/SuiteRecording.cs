using System.Collections.Immutable;
using System.Diagnostics;
using ExitProf.Analysis;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>A suite under way: row after row, none of which can end the others.</summary>
internal sealed class SuiteRecording(DirectoryInfo folder, bool quick, CommandConsole console)
{
    /// <summary>All rows together, without the making of their VMs: the whole suite has less than ten minutes.</summary>
    private const double Budget = 330;

    /// <summary>So many are enough for an interval, and few enough for the traces to be handed round.</summary>
    private const int ExitsOfRow = 5_000;
    private const int LeastExits = 400;

    /// <summary>Exits that the kernel answers are short: of as few of them, what is around a block would be most of what is seen.</summary>
    private const int MoreOfShort = 3;

    /// <summary>
    /// Many short rounds: the load of a shared machine changes within milliseconds, and what all configurations of a round have in common
    /// cancels.
    /// </summary>
    private const int ExitsOfRound = 16;
    private const int LeastRounds = 40;
    private const int MostRounds = 200;

    /// <summary>The interval of a line or a difference is as narrow as there are rounds.</summary>
    private const int LeastRoundsOfContrast = 100;

    /// <summary>Kernel events come in seven sets, each with blocks of its own.</summary>
    private const int ExitsWithEvents = 1000;
    private const int RoundsWithEvents = 40;

    /// <summary>Units of guest work: two in a block.</summary>
    private const int RoundsOfWork = 40;

    // Of a quick suite, which has no figures: as many as it takes to see that exits are what they should be, also on a host that is
    // emulated.
    private const int QuickExits = 8;
    private const int QuickRounds = 1;
    private const int QuickCalibrationExits = 16;

    private readonly ProgressLine progress = new(console);

    /// <exception cref="SystemCallException">There is no KVM here.</exception>
    public SuiteSummary Run(CancellationToken cancelled)
    {
        // Without KVM there is no row, and the reason is the same for all.
        using (new Kvm()) { }
        (IScenario Scenario, SuiteRun Run, int Index)[] plan = [.. Plan()];
        double pace = Math.Min(1, Budget / plan.Sum(p => p.Run.Seconds));
        var clock = Stopwatch.StartNew();
        var rows = new List<JsonRecordedRow>();
        bool interrupted = false;
        using var host = new RecordingHost();
        folder.Create();
        for (int i = 0; i < plan.Length && !interrupted; i++)
        {
            rows.Add(Record(host, plan[i], i, pace, cancelled));
            interrupted = cancelled.IsCancellationRequested;
            // Written after each row: what was recorded can be shown whatever comes next.
            SuiteFolder.Write(folder, rows, quick, clock.Elapsed.TotalSeconds, interrupted);
            if (!console.SaysSteps) continue;
            string reason = rows[^1].Reason.Length > 0 ? ": " + rows[^1].Reason : "";
            console.Note($"{i + 1}/{plan.Length} {plan[i].Scenario.Name} {rows[^1].Seconds:0.0} s{reason}");
        }
        return SuiteFolder.Read(folder);
    }

    /// <summary>In the order of their names: figures that need another row are made when all are there.</summary>
    private static IEnumerable<(IScenario, SuiteRun, int)> Plan() =>
        ScenarioCatalog.All.SelectMany(s => s.SuiteRuns.Select((r, i) => (s, r, i)));

    private JsonRecordedRow Record(
        RecordingHost host,
        (IScenario Scenario, SuiteRun Run, int Index) row,
        int index,
        double pace,
        CancellationToken cancelled
    )
    {
        (IScenario scenario, SuiteRun run, int which) = row;
        var clock = Stopwatch.StartNew();
        var file = new FileInfo(Path.Combine(folder.FullName, $"{index + 1:00}-{scenario.Name}.nettrace"));
        string reason = "";
        var trace = new LazyTraceFile(file);
        try
        {
            SweepRecording.Record(Options(scenario, run, pace), trace, progress, cancelled, host);
        }
        catch (Exception e) when (e is UnfitHostException and not KvmUnavailableException)
        {
            reason = e.Message;
        }
        finally
        {
            progress.Clear();
            trace.Dispose();
        }
        file.Refresh();
        return new JsonRecordedRow(scenario.Name, which, file.Exists ? file.Name : null, reason, clock.Elapsed.TotalSeconds);
    }

    private SweepOptions Options(IScenario scenario, SuiteRun run, double pace)
    {
        IReadOnlyList<string> assignments = quick ? run.QuickAssignments ?? run.Assignments : run.Assignments;
        if (quick)
            return new SweepOptions(scenario, assignments, QuickExits, TimeSpan.Zero, null, EventSet.Full, null)
            {
                LeaveOutUnsupported = true,
                Rounds = QuickRounds,
                CalibrationExits = QuickCalibrationExits,
            };
        bool stages = run.Question is SuiteQuestion.Stages,
            work = run.Question is SuiteQuestion.Work;
        ImmutableArray<SweptConfiguration> sweep = SettingValues.Sweep(scenario, assignments);
        int exitsOfRow = IsShort(scenario.Workload(scenario.Modes[0], sweep[0].Values)) ? MoreOfShort * ExitsOfRow : ExitsOfRow;
        int leastRounds = run.Question is SuiteQuestion.Totals ? LeastRounds : LeastRoundsOfContrast;
        int exits =
            work ? 2 * RoundsOfWork
            : stages ? ExitsWithEvents
            : Math.Max(exitsOfRow / sweep.Length, leastRounds == LeastRounds ? LeastExits : ExitsOfRound * leastRounds);
        return new SweepOptions(scenario, assignments, exits, TimeSpan.Zero, null, stages ? EventSet.Full : EventSet.None, null)
        {
            LeaveOutUnsupported = true,
            Rounds = work ? RoundsOfWork : stages ? RoundsWithEvents : Math.Clamp(exits / ExitsOfRound, leastRounds, MostRounds),
            Spread = TimeSpan.FromSeconds(run.Seconds * pace),
        };
    }

    private static bool IsShort(Workload workload) =>
        workload is { Destination: Destination.Kernel, Unit: null, Call: null, Companion: null };
}

using System.Collections.Immutable;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>Records the rows of a suite on this machine's KVM, in cycles.</summary>
internal sealed class LocalSuiteHost : ISuiteHost
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

    // For a quick suite, which has no figures: as many as it takes to see that exits are what they should be, also on a host that is
    // emulated.
    private const int QuickExits = 8;
    private const int QuickRounds = 1;
    private const int QuickCalibrationExits = 16;

    private readonly RecordingHost host;
    private readonly bool quick;
    private readonly double pace;
    private readonly ProgressLine progress;

    /// <param name="plan">All rows, which share the time.</param>
    /// <exception cref="SystemCallException">There is no KVM here.</exception>
    public LocalSuiteHost(IEnumerable<SuiteRun> plan, bool quick, CommandConsole console)
    {
        // Without KVM there is no row, and the reason is the same for all.
        using (new Kvm()) { }
        host = new RecordingHost();
        (this.quick, progress) = (quick, new ProgressLine(console));
        pace = Math.Min(1, Budget / plan.Sum(r => r.Seconds));
    }

    public void Record(IReadOnlyList<PlannedRecording> rows, Action<string> done, CancellationToken cancelled)
    {
        foreach (PlannedRecording row in rows)
        {
            done(Record(row.Options, row.File, cancelled));
            if (cancelled.IsCancellationRequested) return;
        }
    }

    private string Record(SweepOptions options, FileInfo file, CancellationToken cancelled)
    {
        using var trace = new LazyTraceFile(file);
        try
        {
            SweepRecording.Record(options, trace, progress, cancelled, host);
            return "";
        }
        catch (Exception e) when (e is UnfitHostException and not KvmUnavailableException)
        {
            return e.Message;
        }
        finally
        {
            progress.Clear();
        }
    }

    public SweepOptions Options(IScenario scenario, SuiteRun run)
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

    public void Dispose() => host.Dispose();

    private static bool IsShort(Workload workload) =>
        workload is { Destination: Destination.Kernel, Unit: null, Call: null, Companion: null };
}

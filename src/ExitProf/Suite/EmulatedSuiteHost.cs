using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// Records the rows of a suite in an emulated host, in instructions. Each row gets a fresh copy of the kept machine, so it is what
/// <c>exitprof record</c> gives for the same settings.
/// </summary>
internal sealed class EmulatedSuiteHost(EmulatedHost host, bool quick, CommandConsole console) : ISuiteHost
{
    /// <summary>All configurations of a row together: each exit has one count, and more exits only find it again.</summary>
    private const long ExitsOfRow = 800;
    private const long LeastExits = 24;
    private const long QuickExits = 8;

    /// <summary>Units of guest work have millions of instructions each.</summary>
    private const long UnitsOfWork = 16;

    public SweepOptions Options(IScenario scenario, SuiteRun run)
    {
        IReadOnlyList<string> wanted = quick ? run.QuickAssignments ?? run.Assignments : run.Assignments;
        string[] assignments = [.. wanted.Select(OnOneCpu)];
        int configurations = SettingValues.Sweep(scenario, assignments).Length;
        long exits = quick ? QuickExits
            : run.Question is SuiteQuestion.Work ? UnitsOfWork
            : Math.Clamp(ExitsOfRow / configurations, LeastExits, HostRecording.DefaultExits);
        EventSet events = quick || run.Question is SuiteQuestion.Stages ? EventSet.Full : EventSet.None;
        return new SweepOptions(scenario, assignments, exits, TimeSpan.Zero, null, events, HostRecording.DefaultSeed);
    }

    /// <summary>A sweep over vCPUs ends with what this machine's CPUs allow; an emulated host has one.</summary>
    private static string OnOneCpu(string assignment)
    {
        const string Vcpus = "vcpus=";
        if (!assignment.StartsWith(Vcpus, StringComparison.Ordinal)) return assignment;
        string[] values = [.. assignment[Vcpus.Length..].Split(',').Where(v => v is "0" or "1")];
        return values.Length > 0 ? Vcpus + string.Join(',', values) : assignment;
    }

    public void Record(IReadOnlyList<PlannedRecording> rows, Action<string> done, CancellationToken cancelled)
    {
        double minutes = RecordingPace.Of(host.Virtualization).Minutes(host.IsKept ? 0 : 1, rows.Count);
        string how = host.Virtualization == Virtualization.Vmx ? " in one boot" : "";
        console.Note($"exitprof: {rows.Count} recordings{how}: {(quick ? "about" : "at least")} {minutes:0} minutes of CPU time");
        new HostRecordings(host, rows, console).Make(done);
    }

    public void Dispose()
    {
    }
}

using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>A short recording: as it was handed over, as it came back from its file, and what the analysis makes of it.</summary>
internal sealed record Recorded(bool Whole, RecordedTrace Trace, TraceSummary Summary)
{
    private const int Exits = 300;

    /// <summary>What is looked at has no interval, and each round switches events seven times.</summary>
    private const int Rounds = 2;

    public static Recorded Make(string scenario, EventSet events, long exits = Exits, params string[] assignments)
    {
        HostNeeds.Kvm();
        var options = new SweepOptions(ScenarioCatalog.Get(scenario), assignments, exits, TimeSpan.Zero, null, events, 1)
        {
            Rounds = Rounds,
        };
        return Make(options, CancellationToken.None);
    }

    public static Recorded Make(SweepOptions options, CancellationToken cancelled, IProgress<RecordingProgress>? progress = null)
    {
        var stream = new MemoryStream();
        bool whole;
        using (var writer = new TraceWriter(stream))
            whole = SweepRecording.Record(options, writer, progress ?? new Progress<RecordingProgress>(), cancelled);
        byte[] bytes = stream.ToArray();
        var trace = new RecordedTrace();
        Assert.Empty(TraceReader.Read(new MemoryStream(bytes), "recording", trace).Findings);
        var analysis = new TraceAnalysis();
        TraceReader.Read(new MemoryStream(bytes), "recording", analysis);
        return new Recorded(whole, trace, analysis.Summarise("recording", bytes.Length, []));
    }

    public ConfigurationSummary Configuration(string name) => Assert.Single(Summary.Configurations, c => c.Configuration.Name == name);

    /// <summary>
    /// Recorded exits of one configuration and set of events that are no warm-up. The analysis may leave out the preempted blocks among
    /// them.
    /// </summary>
    public int Used(EventGroups events, int configuration = 0) =>
        Trace.Blocks.Where(b => !b.Calibration && b.Events == events && b.Configuration == configuration).Sum(b => b.Exits - b.WarmUp);

    /// <summary>"exit handler pio-search+host-restore (userspace) ...": merged stages are joined, absent ones in brackets.</summary>
    public static string Rows(ConfigurationSummary configuration) =>
        string.Join(' ', configuration.Stages.Select(s => s.State == StageState.Absent ? $"({s.Name})" : s.Name));

    /// <summary>Median of a stage in cycles.</summary>
    public static double Median(ConfigurationSummary configuration, Stage stage) =>
        Assert.Single(configuration.Stages, s => s.Stages.Contains(stage)).Cycles.P50;
}

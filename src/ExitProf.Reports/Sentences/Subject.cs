using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>One configuration of one trace: what a stage table and a waterfall are about.</summary>
/// <param name="Label">Tells the subjects of one report apart, as shortly as possible.</param>
public sealed record Subject(TraceSummary Trace, ConfigurationSummary Configuration, string Label)
{
    private const string Emulated = " (emulated guest)";

    /// <summary>The untraced mean if there is one, else the traced mean: what an exit costs.</summary>
    public double Cost =>
        Configuration.Untraced is { } untraced && double.IsFinite(untraced.Mean.Mean) ? untraced.Mean.Mean : Configuration.Total.Mean;

    public bool CostIsUntraced => Configuration.Untraced is { } untraced && double.IsFinite(untraced.Mean.Mean);

    /// <summary>The unit of all its figures.</summary>
    public string Unit => Trace.Header.Clock.Symbol;

    /// <summary>False if kernel events were recorded on a host whose probe cost nobody measured (imports).</summary>
    public bool ProbeCostKnown => Trace.Header.Groups == EventGroups.None || Trace.Header.ProbeFloor > 0;

    /// <summary>The stage's cycles without its probes; with them where their cost is unknown; NaN for an absent stage.</summary>
    public double Net(StageSummary stage) =>
        ProbeCostKnown && double.IsFinite(stage.Corrected.Mean) ? stage.Corrected.Mean : stage.Cycles.Mean;

    /// <summary>
    /// The rows of its table: all stages of the classic table, with those that such an exit does not walk through; of an emulated guest
    /// only the present ones, because its walk is from decode to decode and the classic table is of hardware exits.
    /// </summary>
    public IEnumerable<StageSummary> Rows => Configuration.Stages.Where(s => Configuration.Native || s.State != StageState.Absent);

    /// <summary>Whether the identity of the stage model is asked for: an emulated guest's events are not recorded group by group.</summary>
    public bool HasIdentity => Configuration.Native || Configuration.Unattributed != null;

    /// <summary>The sum of the present stages.</summary>
    public double NetSum => Configuration.Stages.Where(s => s.State != StageState.Absent).Select(Net).Where(double.IsFinite).Sum();

    public static IReadOnlyList<Subject> Of(IReadOnlyList<TraceSummary> traces)
    {
        var subjects = new List<Subject>();
        foreach (TraceSummary trace in traces)
        {
            foreach (ConfigurationSummary configuration in trace.Configurations)
            {
                string name = VisibleText.Of(configuration.Configuration.Name);
                string scenario = VisibleText.Of(trace.Header.Scenario);
                string label = trace.Configurations.Length == 1 ? scenario : traces.Count == 1 ? name : $"{scenario} {name}";
                subjects.Add(new Subject(trace, configuration, label + (configuration.Native ? "" : Emulated)));
            }
        }
        // Two traces of one scenario: the file names tell them apart.
        var twice = subjects.CountBy(s => s.Label).Where(n => n.Value > 1).Select(n => n.Key).ToHashSet();
        return
        [
            .. subjects.Select(s =>
                twice.Contains(s.Label) ? s with { Label = $"{s.Label}, {VisibleText.Of(Path.GetFileName(s.Trace.File))}" } : s
            ),
        ];
    }

    /// <summary>Only figures of one unit can stand side by side.</summary>
    public static bool Comparable(IReadOnlyList<Subject> subjects) => subjects.Count > 1 && subjects.All(s => s.Unit == subjects[0].Unit);

    /// <summary>The rows of all subjects by name, in the order in which an exit walks through them.</summary>
    public static IReadOnlyList<string> StageNames(IReadOnlyList<Subject> subjects) =>
        [.. subjects.SelectMany(s => s.Rows).OrderBy(s => s.Stages[0]).ThenBy(s => s.Stages.Length).Select(s => s.Name).Distinct()];

    public StageSummary? Stage(string name) => Configuration.Stages.FirstOrDefault(s => s.Name == name);
}

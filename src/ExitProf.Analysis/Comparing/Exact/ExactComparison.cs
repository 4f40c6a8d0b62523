using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Compares two recordings of a software CPU, one configuration each, to the instruction: the most frequent count of untraced exits, how
/// often each count occurs, and the most frequent way of a traced exit stage by stage. There is no interval, because there is no spread.
/// </summary>
public static class ExactComparison
{
    /// <summary>What occurs more seldom is an exit that a timer interrupted, not a path of its own.</summary>
    private const double LeastShare = 0.02;

    /// <summary>By how much the share of a path may differ: which exits the first ones are depends on where the timer falls.</summary>
    private const double ShareTolerance = 0.02;

    /// <summary>Kernels that were booted apart differ by so much without any difference of their code.</summary>
    private const int BootNoise = 2;

    /// <exception cref="InputException">A trace is not in instructions, or has several configurations or no untraced exits.</exception>
    public static ComparisonSummary Of(Gate anyGate, string first, string second)
    {
        // Fewer instructions are always better.
        Gate gate = anyGate with { HigherIsBetter = false };
        (ExactCounts a, TraceSummary old) = Read(first);
        (ExactCounts b, TraceSummary changed) = Read(second);
        int ofA = Only(a, first), ofB = Only(b, second);
        TraceHeader header = a.TraceHeader!;
        var findings = new List<Finding>();
        JudgedShift total = Total(gate, a.Totals(ofA), b.Totals(ofB), findings);
        ImmutableArray<HostDifference> hosts = HostDifference.Of([old], [changed]);
        if (Fact(old, "kernel") != Fact(changed, "kernel") && Math.Abs(total.Absolute.Value) is > 0 and <= BootNoise)
        {
            findings.Add(FindingKind.BootNoise.Of(1,
                $"The sides are two boots, which may differ by {BootNoise} instructions without any difference of the code."));
        }
        ConfigurationSummary any = old.Configurations[0];
        var row = new ComparedRow(header.Scenario, header.Scenario, [], any.Kind.Name(), header.Clock.Word, 0,
            "most frequent count", 1, 1, total)
        {
            Kind = "boot",
            Functions = FunctionShift.Of(any.Functions, changed.Configurations[0].Functions),
            Stages = [.. Stages(gate, Table(a, ofA, any), Table(b, ofB, changed.Configurations[0]), findings)],
        };
        return new ComparisonSummary(gate, ComparisonSummary.Worst([row]), [row], null, [Path.GetFileName(first)],
            [Path.GetFileName(second)], hosts, [.. findings]);
    }

    private static (ExactCounts Counts, TraceSummary Summary) Read(string path)
    {
        var counts = new ExactCounts();
        TraceReader.Read(path, counts);
        TraceSummary summary = TraceFiles.Summarise(path);
        return counts.TraceHeader is { Clock.IsTime: false }
            ? (counts, summary)
            : throw new InputException(
                $"{Path.GetFileName(path)} is not in instructions of a software CPU: record it in an emulated host.");
    }

    private static int Only(ExactCounts counts, string path)
    {
        int[] configurations = [.. counts.TraceHeader!.Configurations.Index().Where(c => !c.Item.IsEmptyLoop).Select(c => c.Index)];
        if (configurations.Length != 1) throw new InputException(
            $"{Path.GetFileName(path)} has {configurations.Length} configurations: an exact comparison takes one a side.");
        if (counts.Totals(configurations[0]).Count == 0) throw new InputException(
            $"{Path.GetFileName(path)} has no untraced exits: record more.");
        return configurations[0];
    }

    private static string Fact(TraceSummary trace, string name) => trace.Header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";

    private static JudgedShift Total(
        Gate gate, IReadOnlyList<(long Instructions, long Exits)> first, IReadOnlyList<(long Instructions, long Exits)> second,
            List<Finding> findings)
    {
        var (old, changed) = (Paths(first), Paths(second));
        bool otherShares = old.Keys.Union(changed.Keys)
            .Any(k => Math.Abs(old.GetValueOrDefault(k) - changed.GetValueOrDefault(k)) > ShareTolerance);
        bool oneCount = first[0].Instructions == second[0].Instructions;
        if (old.Count > 1 || changed.Count > 1)
        {
            findings.Add(FindingKind.SeveralCounts.Of(Math.Max(old.Count, changed.Count),
                $"Exits take several paths: base {Said(old)}; new {Said(changed)}."));
        }
        // The most frequent count is the same, but not all exits do the same: what they come to on average is what changed.
        return oneCount && otherShares
            ? JudgedShift.OfExact(gate, Mean(old), Mean(changed))
            : JudgedShift.OfExact(gate, first[0].Instructions, second[0].Instructions);
    }

    private static Dictionary<long, double> Paths(IReadOnlyList<(long Instructions, long Exits)> counts)
    {
        double all = counts.Sum(c => c.Exits);
        return counts.Where((c, i) => i == 0 || c.Exits / all >= LeastShare).ToDictionary(c => c.Instructions, c => c.Exits / all);
    }

    private static double Mean(Dictionary<long, double> paths) => paths.Sum(p => p.Key * p.Value) / paths.Values.Sum();

    private static string Said(Dictionary<long, double> paths) =>
        string.Join(", ", paths.Select(p => $"{p.Key:N0} instructions in {p.Value:P0} of the exits"));

    private static IEnumerable<ComparedStage> Stages(
        Gate gate, IReadOnlyList<CountedStage> first, IReadOnlyList<CountedStage> second, List<Finding> findings)
    {
        string[] names = [.. first.Select(s => s.Name)], others = [.. second.Select(s => s.Name)];
        string[] onlyOne = [.. names.Except(others), .. others.Except(names)];
        if (onlyOne.Length > 0) findings.Add(FindingKind.OneSidedStages.Of(
            onlyOne.Length, $"On one side only: {string.Join(", ", onlyOne)}."));
        foreach (CountedStage stage in first)
        {
            if (second.FirstOrDefault(s => s.Name == stage.Name) is { } other) yield return Compared(gate, stage, other);
        }
    }

    private static ComparedStage Compared(Gate gate, CountedStage old, CountedStage changed)
    {
        bool absent = old.Stage.State == StageState.Absent || changed.Stage.State == StageState.Absent;
        JudgedShift? shift = absent ? null : JudgedShift.OfExact(gate, old.Steps.Sum(), changed.Steps.Sum());
        ImmutableArray<WalkStep> steps = old.Stage.Steps, others = changed.Stage.Steps;
        // A kernel with other events has other steps: then the stage is compared as a whole.
        bool alike = steps.Length > 1 && steps.Select(s => (s.From, s.To)).SequenceEqual(others.Select(s => (s.From, s.To)));
        return new ComparedStage(old.Name, old.Stage.Group, shift)
        {
            Stages = old.Stage.Stages,
            Steps = alike ? [.. steps.Select((s, i) => new ComparedStep(
                s.Name, s.From, s.To, JudgedShift.OfExact(gate, old.Steps[i], changed.Steps[i])))] : [],
        };
    }

    /// <summary>The stages of the most frequent traced exit, without what their steps have of their events.</summary>
    private static IReadOnlyList<CountedStage> Table(ExactCounts counts, int configuration, ConfigurationSummary summary)
    {
        TraceHeader header = counts.TraceHeader!;
        if (counts.MostFrequent(configuration) is not var (exitClass, instructions)) return [];
        BorderRow row = BorderTable.Row(exitClass.Kind, exitClass.Destination, header.Backend, vmmStamps: true, emulated: !header.Native);
        if (Walk.Of(row, exitClass.Signature.AsSpan()) is not { } walk) return [];
        return [.. walk.Stages.Select(
            s => new CountedStage(s, [.. s.Steps.Select((step, i) => instructions[step.Index] - Probe(s, i))]))];

        double Probe(WalkStage stage, int step) => summary.Stages.FirstOrDefault(s => s.Name == stage.Name) is { } known
            && step < known.Steps.Length && double.IsFinite(known.Steps[step].Probe) ? known.Steps[step].Probe : 0;
    }

    /// <param name="Steps">Instructions of each step, without its probe.</param>
    private sealed record CountedStage(WalkStage Stage, double[] Steps)
    {
        public string Name => Stage.Name;
    }
}

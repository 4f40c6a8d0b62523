using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The stages of the most frequent traced exit of one boot, without what their steps have of their events. What an event costs comes from
/// blocks that left it out, whose counts may be off by one, and is shared between two steps: of one side that is a fraction. So two sides
/// are compared as they were counted, less what is known to differ: of the same code an event costs the same, and of other code it costs
/// whole instructions more or less.
/// </summary>
internal sealed class ExactStages
{
    private readonly Dictionary<string, Counted> byName;

    private ExactStages(IEnumerable<Counted> stages)
    {
        Counted[] all = [.. stages];
        (Names, byName) = ([.. all.Select(s => s.Stage.Name)], all.ToDictionary(s => s.Stage.Name));
    }

    public ImmutableArray<string> Names { get; }

    public static ExactStages Of(ExactConfiguration configuration)
    {
        TraceHeader header = configuration.Boot.Header;
        if (configuration.Boot.Counts.MostFrequent(configuration.Index) is not var (exitClass, instructions)) return new ExactStages([]);
        BorderRow row = BorderTable.Row(exitClass.Kind, exitClass.Destination, header.Backend, vmmStamps: true, emulated: !header.Native);
        if (Walk.Of(row, exitClass.Signature.AsSpan()) is not { } walk) return new ExactStages([]);
        return new ExactStages(walk.Stages.Select(s => new Counted(
            s,
            configuration.Boot.Code,
            [.. s.Steps.Select(step => instructions[step.Index])],
            [.. s.Steps.Select((_, i) => Probe(s, i))])));

        double Probe(WalkStage stage, int step) =>
            configuration.Summary.Stages.FirstOrDefault(s => s.Name == stage.Name) is { } known
            && step < known.Steps.Length && double.IsFinite(known.Steps[step].Probe) ? known.Steps[step].Probe : 0;
    }

    /// <summary>The stages of two sides; what only one has is said by a finding.</summary>
    /// <param name="first">The base's boots, the one that stands for it first.</param>
    public static IEnumerable<ComparedStage> Compare(
        Gate gate, IReadOnlyList<ExactStages> first, IReadOnlyList<ExactStages> second, List<Finding> findings)
    {
        string[] onlyOne = [.. first[0].Names.Except(second[0].Names), .. second[0].Names.Except(first[0].Names)];
        if (onlyOne.Length > 0) findings.Add(FindingKind.OneSidedStages.Of(
            onlyOne.Length, $"On one side only: {string.Join(", ", onlyOne)}."));
        return [.. first[0].Names.Intersect(second[0].Names).Select(n => Compare(gate, Of(first, n), Of(second, n)))];
    }

    private static Counted[] Of(IEnumerable<ExactStages> boots, string name) =>
        [.. boots.Select(b => b.byName.GetValueOrDefault(name)).OfType<Counted>()];

    private static ComparedStage Compare(Gate gate, Counted[] old, Counted[] changed)
    {
        WalkStage stage = old[0].Stage, other = changed[0].Stage;
        bool absent = stage.State == StageState.Absent || other.State == StageState.Absent;
        // A kernel with other events has other steps: then the stage is compared as a whole.
        bool alike = stage.Steps.Length > 1 && old.Concat(changed).All(c => c.Borders.SequenceEqual(old[0].Borders));
        JudgedShift Shift(Func<Counted, double> value) => ExactShift.Of(gate, [.. old.Select(value)], [.. changed.Select(value)]);
        return new ComparedStage(stage.Name, stage.Group, absent ? null : Shift(c => c.Without(old[0])))
        {
            Stages = stage.Stages,
            Steps = alike ? [.. stage.Steps.Select((s, i) => new ComparedStep(
                s.Name, s.From, s.To, Shift(c => c.Without(old[0], i))))] : [],
        };
    }

    /// <param name="Code">What decides what an event costs.</param>
    /// <param name="Steps">Instructions of each step, as they were counted.</param>
    /// <param name="Probes">What each has of its events.</param>
    private sealed record Counted(WalkStage Stage, string Code, long[] Steps, double[] Probes)
    {
        public IEnumerable<(Stamp, Stamp)> Borders => Stage.Steps.Select(s => (s.From, s.To));

        /// <summary>What is left of it without what it has of its events.</summary>
        public double Without(Counted theBase) => Steps.Sum() - theBase.Probes.Sum() - More(theBase, Steps.Length);

        /// <summary>The same of a step, where both have the same ones.</summary>
        public double Without(Counted theBase, int step) =>
            Steps[step] - theBase.Probes[step] - (More(theBase, step + 1) - More(theBase, step));

        /// <summary>How many instructions more its first steps have of their events than those of the base.</summary>
        private double More(Counted theBase, int steps)
        {
            if (Code == theBase.Code && Borders.SequenceEqual(theBase.Borders)) return 0;
            int ofBase = steps == Steps.Length ? theBase.Steps.Length : steps;
            return Math.Round(Probes[..steps].Sum() - theBase.Probes[..ofBase].Sum());
        }
    }
}

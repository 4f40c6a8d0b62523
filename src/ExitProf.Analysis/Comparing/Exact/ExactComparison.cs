using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Compares recordings of a software CPU to the instruction: the most frequent count of untraced exits, how often each count occurs, and
/// the most frequent way of a traced exit stage by stage. There is no interval, because there is no spread: each recording of a side is a
/// boot of its machine, and what the boots of a side differ by is no difference.
/// </summary>
public static class ExactComparison
{
    /// <summary>By how much the share of a path may differ: which exits the first ones are depends on where the timer falls.</summary>
    private const double ShareTolerance = 0.02;

    /// <param name="acrossSettings">Whether the sides are compared whatever their settings are; else configurations are matched by
    /// name.</param>
    /// <exception cref="InputException">Nothing in them can be compared.</exception>
    internal static ComparisonSummary Of(Gate anyGate, ExactBoot[] old, ExactBoot[] changed, bool acrossSettings = true)
    {
        // Fewer instructions are always better.
        Gate gate = anyGate with { HigherIsBetter = false };
        var findings = new List<Finding>();
        ComparedRow[] rows = [.. Matched(old, changed, acrossSettings, findings)
            .Select(m => Row(gate.For(m.Old[0].Boot.Header.Scenario, m.Name), m.Name, m.Old, m.Changed, findings))];
        if (rows.Any(r => r.Total.Absolute.Value != 0 || r.Stages.Any(s => s.Shift is { Absolute.Value: not 0 })))
            findings.AddRange(Alone(old, changed));
        return new ComparisonSummary(gate, ComparisonSummary.Worst(rows), [.. rows], null, [.. old.Select(b => b.File)],
            [.. changed.Select(b => b.File)], HostDifference.Of([.. old.Select(b => b.Header)], [.. changed.Select(b => b.Header)]),
            [.. findings]);
    }

    /// <summary>Says that a difference of two single boots may be one of boots.</summary>
    private static IEnumerable<Finding> Alone(ExactBoot[] old, ExactBoot[] changed)
    {
        if ((old.Length == 1 || changed.Length == 1) && old[0].Machine != changed[0].Machine)
        {
            // Bochs boots as often as one asks, but each time the same way.
            string more = old[0].Header.Backend == Backend.Vmx ? "." : ": record more of each (exitprof ab --boots 3).";
            yield return FindingKind.BootNoise.Of(
                1, "A side is a single boot, and boots of the same code may differ by a few instructions" + more);
        }
    }

    private static IEnumerable<(string Name, List<ExactConfiguration> Old, List<ExactConfiguration> Changed)> Matched(
        ExactBoot[] old, ExactBoot[] changed, bool acrossSettings, List<Finding> findings)
    {
        ExactConfiguration[] first = [.. All(old)], second = [.. All(changed)];
        if (acrossSettings)
        {
            foreach (ExactBoot boot in old.Concat(changed))
            {
                if (boot.Configurations.Count() is not 1 and var many)
                    throw new InputException($"{boot.File} has {many} configurations: an exact comparison takes one a side.");
            }
            return [(old[0].Header.Scenario, [.. first], [.. second])];
        }
        string[] names = [.. first.Select(Name).Distinct()], others = [.. second.Select(Name).Distinct()];
        if (!names.Intersect(others).Any()) throw new InputException($"No configuration is on both sides: the base has "
            + $"{string.Join(", ", names)}, the new side {string.Join(", ", others)}.");
        foreach (string alone in names.Except(others).Concat(others.Except(names)))
            findings.Add(FindingKind.Unmatched.Of(1, $"{alone} is on one side only and was not compared."));
        return [.. names.Intersect(others).Select(n => (n, Of(first, n), Of(second, n)))];

        static List<ExactConfiguration> Of(ExactConfiguration[] side, string name) => [.. side.Where(c => Name(c) == name)];
    }

    private static string Name(ExactConfiguration c) => c.Boot.Name(c.Configuration);

    private static IEnumerable<ExactConfiguration> All(ExactBoot[] boots) =>
        boots.SelectMany(b => b.Configurations.Select(c => new ExactConfiguration(b, c.Index, c.Configuration)));

    private static ComparedRow Row(
        Gate gate, string name, IReadOnlyList<ExactConfiguration> first, IReadOnlyList<ExactConfiguration> second, List<Finding> findings)
    {
        if (first.Concat(second).FirstOrDefault(c => c.Totals.Count == 0) is { } empty)
            throw new InputException($"{empty.Boot.File} has no untraced exits of {name}: record more.");
        ExactConfiguration a = ExactConfiguration.Middle(first), b = ExactConfiguration.Middle(second);
        ExactConfiguration[] old = [a, .. first.Where(c => c != a)], changed = [b, .. second.Where(c => c != b)];
        ConfigurationSummary any = a.Summary;
        return new ComparedRow(name, a.Boot.Header.Scenario, a.Configuration.Settings, any.Kind.Name(), a.Boot.Header.Clock.Word, 0,
            "most frequent count", old.Length, changed.Length, Total(gate, old, changed, findings))
        {
            Kind = "boot",
            Functions = FunctionShift.Of(any.Functions, b.Summary.Functions),
            Stages = [.. ExactStages.Compare(gate, [.. old.Select(ExactStages.Of)], [.. changed.Select(ExactStages.Of)], findings)],
        };
    }

    private static JudgedShift Total(Gate gate, ExactConfiguration[] old, ExactConfiguration[] changed, List<Finding> findings)
    {
        ExactConfiguration a = old[0], b = changed[0];
        if (a.Paths.Count > 1 || b.Paths.Count > 1)
        {
            findings.Add(FindingKind.SeveralCounts.Of(Math.Max(a.Paths.Count, b.Paths.Count),
                $"Exits take several paths: base {a.SaidPaths}; new {b.SaidPaths}."));
        }
        double[] first = [.. old.Select(c => (double)c.MostFrequent)], second = [.. changed.Select(c => (double)c.MostFrequent)];
        double noise = Math.Max(ExactShift.Range(first), ExactShift.Range(second));
        bool oneCount = Math.Abs(first[0] - second[0]) <= noise;
        // The most frequent count is the same, but not all exits do the same: what they come to on average is what changed.
        return oneCount && !Alike(a.Paths, b.Paths, noise)
            ? ExactShift.Of(gate, [.. old.Select(c => c.Mean)], [.. changed.Select(c => c.Mean)])
            : ExactShift.Of(gate, first, second);
    }

    private static bool Alike(
        IReadOnlyList<(long Instructions, double Share)> old, IReadOnlyList<(long Instructions, double Share)> changed, double noise) =>
        old.Count == changed.Count && old.Zip(changed).All(p =>
            Math.Abs(p.First.Share - p.Second.Share) <= ShareTolerance
            && Math.Abs(p.First.Instructions - p.Second.Instructions) <= noise);
}

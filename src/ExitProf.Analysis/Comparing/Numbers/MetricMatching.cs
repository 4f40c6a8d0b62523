using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Which metrics of two sides belong together, by their names, and whether their numbers mean the same.</summary>
public static class MetricMatching
{
    /// <param name="unit">Of metrics that name none; empty if nobody said.</param>
    /// <exception cref="InputException">The sides are of two kinds or of two rulers, or have no metric in common.</exception>
    public static (ImmutableArray<MatchedMetric> Metrics, ImmutableArray<Finding> Findings) Of(MeasuredSides sides, string unit)
    {
        CheckKinds(sides);
        CheckRuler(sides);
        string[] old = Names(sides.Base), changed = Names(sides.New);
        string[] common = [.. old.Intersect(changed)];
        var findings = new List<Finding>(sides.All.SelectMany(f => f.Findings).Distinct());
        if (common.Length == 0)
        {
            if (old is not [var first] || changed is not [var second] || !sides.All.All(f => f.Metrics[0].NamedByPlace))
                throw Strangers(sides, old, changed);
            string name = $"{first} -> {second}";
            findings.Add(
                FindingKind.OtherName.Of(
                    1,
                    $"The base is '{first}' and the new side '{second}': each side has one metric, and the two are compared."
                )
            );
            return ([Matched(sides, name, first, second, unit)], [.. findings]);
        }
        if (Missing("base", old.Except(common)) is { } gone) findings.Add(gone);
        if (Missing("new side", changed.Except(common)) is { } come) findings.Add(come);
        foreach (string name in common)
        {
            MetricFile[] without = [.. sides.All.Where(f => f.Metrics.All(m => m.Name != name))];
            if (without.Length > 0)
                findings.Add(
                    FindingKind.MissingInFile.Of(
                        without.Length,
                        $"{name} is not in {NameList.Of([.. without.Select(f => f.File)])}."
                    )
                );
        }
        return ([.. common.Select(name => Matched(sides, name, name, name, unit))], [.. findings]);
    }

    private static string[] Names(IEnumerable<MetricFile> files) => [.. files.SelectMany(f => f.Metrics).Select(m => m.Name).Distinct()];

    private static void CheckKinds(MeasuredSides sides)
    {
        MetricFile one = sides.Base[0];
        if (sides.All.FirstOrDefault(f => f.Kind != one.Kind) is { } other)
        {
            throw new InputException(
                $"{one.File} holds {one.Kind} and {other.File} holds {other.Kind}: numbers of two kinds do not mean the same."
            );
        }
    }

    private static void CheckRuler(MeasuredSides sides)
    {
        foreach (var fact in sides.All.SelectMany(f => f.Ruler, (file, fact) => (file.File, fact.Name, fact.Value)).GroupBy(f => f.Name))
        {
            var one = fact.First();
            if (fact.FirstOrDefault(f => f.Value != one.Value) is { File: not null } other)
                throw Changed(one.Name, one.File, one.Value, other.File, other.Value);
        }
    }

    private static MatchedMetric Matched(MeasuredSides sides, string name, string first, string second, string unit)
    {
        (string File, Metric Metric)[] old = Named(sides.Base, first), changed = Named(sides.New, second), all = [.. old, .. changed];
        (string File, Metric Metric)[] named = [.. all.Where(m => m.Metric.Unit.Length > 0)];
        if (named.FirstOrDefault(m => !MetricUnit.Same(m.Metric.Unit, named[0].Metric.Unit)) is { File: not null } other)
        {
            throw Changed(Of("unit", name), named[0].File, named[0].Metric.Unit, other.File, other.Metric.Unit);
        }
        if (unit.Length > 0 && named.Length > 0 && !MetricUnit.Same(unit, named[0].Metric.Unit))
            throw new InputException($"--unit says {unit}, and {named[0].File} says {named[0].Metric.Unit}: leave --unit out.");
        (string File, Metric Metric)[] counted = [.. all.Where(m => m.Metric.Turns is not null)];
        if (counted.FirstOrDefault(m => !m.Metric.Turns!.Value.CanEqual(counted[0].Metric.Turns!.Value)) is { File: not null } turned)
        {
            throw Changed(
                Of("count of iterations", name),
                counted[0].File,
                counted[0].Metric.Turns!.Value.ToString(),
                turned.File,
                turned.Metric.Turns!.Value.ToString()
            );
        }
        Better[] better = [.. all.Select(m => m.Metric.Better).OfType<Better>().Distinct()];
        if (better.Length > 1)
            throw new InputException($"{name} gets better by being lower in one file and by being higher in another.");
        return new MatchedMetric(
            name,
            named.Length > 0 ? named[0].Metric.Unit : unit,
            better.Length > 0 ? better[0] : null,
            [.. old.Select(Values)],
            [.. changed.Select(Values)]
        );

        static (string File, Metric Metric)[] Named(IEnumerable<MetricFile> files, string metric) =>
            [.. files.SelectMany(f => f.Metrics.Where(m => m.Name == metric), (f, m) => (f.File, m))];
        static NumberFile Values((string File, Metric Metric) m) => new(m.File, m.Metric.Values, m.Metric.Decimals);
    }

    private static string Of(string what, string name) => name.Length > 0 ? $"{what} of {name}" : what;

    private static InputException Changed(string what, string file, string value, string otherFile, string otherValue) =>
        new(
            $"The ruler changed: the {what} is {NumberText.Quote(value)} in {file} and {NumberText.Quote(otherValue)} in {otherFile}; numbers of two rulers cannot be compared."
        );

    private static Finding? Missing(string side, IEnumerable<string> names) =>
        names.ToArray() is { Length: > 0 } missing
            ? FindingKind.MissingMetric.Of(
                missing.Length,
                $"Only the {side} has {NameList.Of(missing)}: {(missing.Length == 1 ? "it was" : "they were")} not compared."
            )
            : null;

    private static InputException Strangers(MeasuredSides sides, string[] old, string[] changed) =>
        new(
            $"No metric is on both sides: {sides.Base[0].File} has {NameList.Of(old)}, and {sides.New[0].File} has {NameList.Of(changed)}."
        );
}

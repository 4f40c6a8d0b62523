using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>Instructions of one exit in one function, or calls of it, on both sides of a comparison.</summary>
public sealed record FunctionShift(string Name, long Base, long New)
{
    public long Difference => New - Base;

    /// <summary>
    /// The functions that differ, the largest difference first. A function is the same whether it is built in or in a module, which is
    /// named where it is the same on both sides.
    /// </summary>
    public static ImmutableArray<FunctionShift> Of(ImmutableArray<FunctionCount> first, ImmutableArray<FunctionCount> second)
    {
        if (first.IsEmpty || second.IsEmpty || first[0].Distorted.HasValue != second[0].Distorted.HasValue) return [];
        Dictionary<string, long> a = ByName(first), b = ByName(second);
        ILookup<string, string> names = first.Concat(second).Select(f => f.Name).Distinct().ToLookup(WithoutModule);
        return
        [
            .. a.Keys.Union(b.Keys).Select(n => new FunctionShift(Shown(n), a.GetValueOrDefault(n), b.GetValueOrDefault(n)))
                .Where(f => f.Difference != 0).OrderByDescending(f => Math.Abs(f.Difference)).ThenBy(f => f.Name, StringComparer.Ordinal),
        ];

        string Shown(string name) => names[name].Count() == 1 ? names[name].First() : name;
    }

    private static Dictionary<string, long> ByName(ImmutableArray<FunctionCount> counts) =>
        counts.GroupBy(f => WithoutModule(f.Name)).ToDictionary(f => f.Key, f => f.Sum(c => c.Count));

    private static string WithoutModule(string name) => name.Split(" [")[0];
}

using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Instructions that one exit executes in one function itself, those of its callees left out.</summary>
/// <param name="Stages">How many in each stage, in the order of the exit.</param>
public sealed record FunctionCount(string Name, long Instructions, ImmutableArray<(string Stage, long Instructions)> Stages)
{
    /// <summary>The most first; of equals by name.</summary>
    public static ImmutableArray<FunctionCount> Of(IEnumerable<StackCount> stacks) =>
    [
        .. stacks.GroupBy(s => s.Function)
            .Select(f => new FunctionCount(f.Key, f.Sum(s => s.Instructions),
                [.. f.GroupBy(s => s.Stage).Select(s => (s.Key, s.Sum(c => c.Instructions)))]))
            .OrderByDescending(f => f.Instructions).ThenBy(f => f.Name, StringComparer.Ordinal),
    ];
}

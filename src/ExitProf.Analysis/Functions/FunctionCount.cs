using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What one exit does in one function itself, callees left out.</summary>
/// <param name="Count">Instructions, or calls where <see cref="Distorted"/> is given; exact in both cases.</param>
/// <param name="Stages">How many in each stage, in the order of the exit.</param>
public sealed record FunctionCount(string Name, long Count, ImmutableArray<FunctionStage> Stages)
{
    /// <summary>Ticks in the function, distorted by the tracer that counted its calls; null where instructions were counted.</summary>
    public long? Distorted { get; init; }

    /// <summary>The most first; of equals by time, then by name.</summary>
    public static ImmutableArray<FunctionCount> Of(IEnumerable<StackCount> stacks) =>
    [
        .. stacks.GroupBy(s => s.Function)
            .Select(f => new FunctionCount(f.Key, f.Sum(s => s.Count), [.. f.GroupBy(s => s.Stage).Select(s => FunctionStage.Of(s.Key, s))])
            {
                Distorted = f.Any(s => s.Calls != null) ? f.Sum(s => s.Ticks) : null,
            })
            .OrderByDescending(f => f.Count).ThenByDescending(f => f.Distorted).ThenBy(f => f.Name, StringComparer.Ordinal),
    ];
}

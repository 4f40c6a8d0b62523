using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The part of a function that one stage has.</summary>
/// <param name="Count">As in <see cref="FunctionCount"/>.</param>
/// <param name="Distorted">As in <see cref="FunctionCount"/>.</param>
public readonly record struct FunctionStage(string Stage, long Count, long? Distorted)
{
    public static FunctionStage Of(string stage, IEnumerable<StackCount> stacks)
    {
        StackCount[] all = [.. stacks];
        return new FunctionStage(stage, all.Sum(s => s.Count), all.Any(s => s.Calls != null) ? all.Sum(s => s.Ticks) : null);
    }
}

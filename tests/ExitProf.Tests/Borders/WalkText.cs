using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Borders;

/// <summary>A stage table as text, one row per stage with its steps below.</summary>
internal static class WalkText
{
    private static readonly Dictionary<string, Stamp> ByName = Enum.GetValues<Stamp>().ToDictionary(s => s.Name());

    public static Stamp[] Parse(string signature) =>
        [.. signature.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => ByName[name])];

    public static string Of(string title, BorderRow row, ReadOnlySpan<Stamp> signature)
    {
        var text = new StringBuilder().Append("== ").Append(title).Append('\n');
        text.Append("   ").AppendJoin(' ', signature.ToArray().Select(s => s.Name())).Append('\n');
        if (Walk.Of(row, signature) is not { } walk) return text.Append("   not explained\n").ToString();
        foreach (var stage in walk.Stages)
        {
            text.Append($"{stage.Name}: {Word(stage)}\n");
            foreach (var step in stage.Steps)
                text.Append($"    {step.From.Name()} -> {step.To.Name()}: {step.Name}{(step.Bound == Bound.Upper ? " (at most)" : "")}\n");
        }
        return text.ToString();
    }

    private static string Word(WalkStage stage) => stage.State == StageState.Absent ? "absent"
        : (stage.State == StageState.Merged ? "merged" : "present") + (stage.Bound == Bound.Upper ? ", upper bound" : ", exact");
}

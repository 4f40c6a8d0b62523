using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Cuts an untraced exit into stages, to the instruction: at the places where the traced exit leaves its way for the events that border
/// the stages. What the events cost is thereby in no stage.
/// </summary>
/// <param name="Stages">For each instruction of the untraced exit the row of the walk that it belongs to; -1: none.</param>
/// <param name="Events">What each stamp of the traced exit costs.</param>
internal sealed record WayStages(ImmutableArray<int> Stages, ImmutableArray<EventWay> Events)
{
    /// <param name="steps">Instructions from stamp to stamp of the traced exit.</param>
    /// <returns>Null if the traced exit is none whose clock was read at these stamps, or if both are too long.</returns>
    public static WayStages? Of(ExitWay plain, ExitWay traced, ReadOnlySpan<long> steps, Walk walk)
    {
        ReadOnlySpan<WayInstruction> way = traced.Instructions.AsSpan();
        int[] stamps = new int[steps.Length + 1];
        for (int k = 0; k < steps.Length; k++)
        {
            long at = stamps[k] + steps[k];
            if (at > way.Length || !way[stamps[k]].IsClock) return null;
            stamps[k + 1] = (int)at;
        }
        if (stamps[^1] != way.Length || WayAlignment.Match(plain.Instructions.AsSpan(), way) is not { } matched) return null;

        int[] borders = [.. stamps.Select(Border)];
        int[] stages = new int[plain.Instructions.Length];
        Array.Fill(stages, -1);
        foreach ((int row, WalkStage stage) in walk.Stages.Index())
        {
            foreach (WalkStep step in stage.Steps) stages.AsSpan(borders[step.Index]..borders[step.Index + 1]).Fill(row);
        }
        return new WayStages([.. stages], [.. stamps.Select((_, k) => EventWay.Of(stamps, borders, matched, k))]);

        int Border(int stamp) =>
            stamp > 0 && matched.AsSpan(0, stamp).LastIndexOfAnyExcept(-1) is >= 0 and var last ? matched[last] + 1 : 0;
    }
}

using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>A cell of an icicle: a part of the cell above it.</summary>
/// <param name="Level">The row, 0 at the top.</param>
/// <param name="From">Where it begins, in units of the whole.</param>
/// <param name="Key">What lights up together with it.</param>
public sealed record IcicleCell(string Name, string Key, string Fill, int Level, double From, double Length, string Value, string Tooltip);

/// <summary>
/// A whole and its parts, row below row, each part as wide as its cost: the flame graph upside down, in the order of the walk.
/// </summary>
/// <param name="Levels">The names of the rows.</param>
/// <param name="Legend">What each colour means.</param>
public sealed record Icicle(
    string Title,
    string Subtitle,
    string Unit,
    ImmutableArray<string> Levels,
    ImmutableArray<IcicleCell> Cells,
    ImmutableArray<(string Fill, string Text)> Legend
) : IChart
{
    /// <summary>Stages, and the larger calls and steps: somebody listens to all of it.</summary>
    public string Description => string.Join("; ", Cells.Where(IsTold).Select(c => c.Tooltip)) + ".";

    private bool IsTold(IcicleCell cell) => cell.Level < 2 || cell.Length >= Cells[0].Length / 100;
}

using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>
/// A trace of which two settings or more were swept, as a table: one setting across, the combinations of the others down.
/// </summary>
/// <param name="Across">The setting whose values are the columns.</param>
/// <param name="Rows">The name is that of the other settings' values: "direction=in,operand=dx". A cell is null where this host could not
/// run it.</param>
public sealed record SweepGrid(
    string Across,
    ImmutableArray<string> Columns,
    ImmutableArray<(string Name, ImmutableArray<ConfigurationSummary?> Cells)> Rows
)
{
    /// <summary>More would not fit side by side.</summary>
    private const int MostColumns = 6;

    /// <returns>Null if fewer than two settings were swept, if they have too many values, or if the figures are of units of work.</returns>
    public static SweepGrid? Of(TraceSummary trace)
    {
        string[] swept = [.. Sweep.Swept(trace)];
        if (swept.Length < 2 || trace.Configurations.Any(c => c.Work != null)) return null;
        // Numbers read best from left to right.
        string across = swept.LastOrDefault(s => trace.Configurations.All(c => Sweep.Number(c, s) != null)) ?? swept[^1];
        ImmutableArray<string> columns =
        [
            .. trace.Configurations.OrderBy(c => Sweep.Number(c, across)).Select(c => Sweep.Value(c, across)!).Distinct(),
        ];
        var rows = Sweep
            .Of(trace, across)
            .Select(s =>
                (
                    s.Others,
                    (ImmutableArray<ConfigurationSummary?>)
                        [.. columns.Select(v => s.Configurations.FirstOrDefault(c => Sweep.Value(c, across) == v))]
                )
            )
            .ToImmutableArray();
        return columns.Length > MostColumns || rows.Length < 2 ? null : new SweepGrid(across, columns, rows);
    }
}

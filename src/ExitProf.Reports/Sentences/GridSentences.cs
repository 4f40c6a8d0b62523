using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>
/// What a report says of a sweep of several settings: a cell has the cycles of one configuration, its exits, and whether KVM interpreted
/// the guest.
/// </summary>
internal static class GridSentences
{
    /// <summary>"Cycles of one, ± half of the 99 % interval, and how often it exits to the VMM; bytes across".</summary>
    public static string Caption(SweepGrid grid, string unit) =>
        $"{char.ToUpperInvariant(unit[0])}{unit[1..]} of one, ± half of the 99 % interval, and how often it exits to the VMM; {VisibleText.Of(grid.Across)} across";

    /// <summary>"direction=in, operand=dx".</summary>
    public static string Row(string name) => VisibleText.Of(name.Replace(",", ", ", StringComparison.Ordinal));

    /// <summary>"2,973,400 ± 12,000, 16 exits, emulated"; "n/a" where nothing was recorded.</summary>
    public static string Cell(ConfigurationSummary? configuration)
    {
        if (configuration is null) return Figures.Absent;
        string cost = configuration.Untraced is { } untraced ? Figures.Interval(untraced.Mean) : Figures.Cycles(configuration.Total.Mean);
        return cost + Exits(configuration.ExitsToVmm) + (configuration.Native ? "" : ", emulated");
    }

    private static string Exits(double exits) =>
        !double.IsFinite(exits) ? ""
        : exits == 0 ? ", in the kernel"
        : exits == 1 ? ", 1 exit"
        : $", {exits:0.##} exits";
}

using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A row of the calls of an exit, in words.</summary>
/// <param name="Depth">0 for a stage.</param>
/// <param name="All">Instructions, those of what it calls included.</param>
/// <param name="Own">Without those; nothing for a stage.</param>
/// <param name="Share">Of the whole exit, callees included.</param>
internal sealed record CallRow(string Name, int Depth, string All, string Own, string Share)
{
    /// <summary>What is shorter has no row of its own: 1 % of the exit.</summary>
    private const double LeastShare = 0.01;

    public static readonly string[] Columns = ["instructions", "own", "share"];

    public const string Caption = "The same by stage and call, in the order of the exit, callees included; calls below 1 % of the exit are one row. "
        + "Callers that execute nothing in a stage are left out.";

    public static IEnumerable<CallRow> Of(ConfigurationSummary configuration)
    {
        double whole = configuration.Calls.Sum(s => s.All);
        return configuration.Calls.SelectMany(s => s.Rows(LeastShare * whole)).Select(r => new CallRow(
            r.Others > 0 ? Figures.Count(r.Others, "other") : r is { Depth: 0, Call.Name: "" } ? "exit" : VisibleText.Of(r.Call.Name),
            r.Depth,
            r.Call.All.ToString("N0", CultureInfo.InvariantCulture),
            r.Depth == 0 ? "" : r.Call.Own.ToString("N0", CultureInfo.InvariantCulture),
            Figures.Share(r.Call.All / whole)));
    }
}

using System.Collections.Immutable;
using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A row of the calls of an exit, in words.</summary>
/// <param name="Depth">0 for a stage.</param>
/// <param name="Figures">One for each of the columns.</param>
internal sealed record CallRow(string Name, int Depth, ImmutableArray<string> Figures)
{
    /// <summary>What is shorter has no row of its own: 1 % of the exit.</summary>
    private const double LeastShare = 0.01;

    /// <summary>Callees included, without those (nothing for a stage), and the share of the whole exit, callees included.</summary>
    public static IEnumerable<string> Columns(Subject subject) => FunctionRow.HasCalls(subject)
        ? ["calls", FunctionRow.Distorted(subject), "own", "share"] : ["instructions", "own", "share"];

    public static string Caption(Subject subject) =>
        FunctionRow.HasCalls(subject)
            ? "The same by stage and call, in the order of the exit, callees included; a call that began in an earlier stage has no number. "
                + "Time and its shares are distorted."
            : "The same by stage and call, in the order of the exit, callees included; calls below 1 % of the exit are one row. "
                + "Callers that execute nothing in a stage are left out.";

    public static IEnumerable<CallRow> Of(ConfigurationSummary configuration)
    {
        double whole = configuration.Calls.Sum(s => s.All);
        // A count is exact however short the call is.
        bool counted = configuration.Functions.Any(f => f.Distorted != null);
        double least = counted ? 0 : LeastShare * whole;
        return configuration.Calls.SelectMany(s => s.Rows(least)).Select(r => new CallRow(
            r.Others > 0 ? Reports.Figures.Count(r.Others, "other") : r is { Depth: 0, Call.Name: "" } ? "exit" : VisibleText.Of(r.Call.Name),
            r.Depth,
            [
                .. counted ? (string[])[r.Call.Calls is > 0 and var calls ? Number(calls) : ""] : [],
                Number(r.Call.All),
                r.Depth == 0 ? "" : Number(r.Call.Own),
                Reports.Figures.Share(r.Call.All / whole),
            ]));
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

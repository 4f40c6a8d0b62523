using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>Functions for machines: all of them.</summary>
internal static class FunctionJson
{
    /// <returns>Null if nobody counted them.</returns>
    public static IReadOnlyList<JsonFunction>? Of(TraceSummary trace)
    {
        JsonFunction[] all = [.. trace.Configurations.SelectMany(Of)];
        return all.Length == 0 ? null : all;
    }

    /// <returns>Null if nobody counted them.</returns>
    public static IReadOnlyList<JsonEventCost>? EventCosts(TraceSummary trace) => trace.EventCosts.IsEmpty
        ? null
        : [.. trace.EventCosts.Select(c => new JsonEventCost(
            trace.Header.Configurations[c.Configuration].Name, c.Stamp.Name(), c.Head, c.Tail))];

    /// <returns>Null if none differs or nobody counted them.</returns>
    public static IReadOnlyList<JsonFunctionShift>? Of(ComparedRow row) =>
        row.Functions.IsEmpty ? null : [.. row.Functions.Select(f => new JsonFunctionShift(f.Name, f.Base, f.New))];

    private static IEnumerable<JsonFunction> Of(ConfigurationSummary configuration)
    {
        double whole = configuration.Functions.Sum(f => f.Count), sum = 0;
        foreach (FunctionCount function in configuration.Functions)
        {
            foreach ((string stage, long count, long? distorted) in function.Stages)
            {
                sum += count;
                yield return new JsonFunction(configuration.Configuration.Name, function.Name, stage, count,
                    new JsonNumber(count / whole, 6), new JsonNumber(sum / whole, 6), distorted == null ? null : "calls", distorted);
            }
        }
    }
}

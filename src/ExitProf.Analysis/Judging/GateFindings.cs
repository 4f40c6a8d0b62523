using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Rules of a gate that never came to bear: a margin that nothing is compared with protects nothing.</summary>
public static class GateFindings
{
    /// <summary>That a sentence can hold.</summary>
    private const int MostNames = 10;

    public static IEnumerable<Finding> UnusedMargins(Gate gate, IReadOnlyCollection<ComparedRow> rows)
    {
        foreach (MarginRule rule in gate.Rules.Where(rule => !rows.Any(row => rule.Name == row.Name || rule.Name == row.Scenario)))
        {
            yield return Unused(
                $"no comparison is named {rule.Name}{Instead([.. rows.SelectMany(row => (string[])[row.Scenario, row.Name]).Where(n => n.Length > 0).Distinct()])}"
            );
        }
        var gated = gate
            .StageMargins.Keys.Concat(
                gate.Rules.Where(rule => rows.Any(row => rule.Name == row.Name || rule.Name == row.Scenario))
                    .SelectMany(rule => rule.Stages.Keys)
            )
            .Distinct();
        foreach (string stage in gated.Where(stage => !rows.Any(row => row.Stages.Any(s => s.Name == stage && s.Shift != null))))
        {
            yield return Unused(
                $"no comparison has a stage {stage} (a merged stage goes by its whole name){Instead([.. rows.SelectMany(row => row.Stages.Where(s => s.Shift != null).Select(s => s.Name)).Distinct()])}"
            );
        }
    }

    /// <summary>
    /// A configuration at its default goes by its scenario alone, and numbers have no name: what would have been a name is not to be
    /// guessed.
    /// </summary>
    private static string Instead(string[] names) => names.Length switch
    {
        0 => "; there is none",
        <= MostNames => $"; there {(names.Length == 1 ? "is" : "are")} {string.Join(", ", names)}",
        _ => $"; there are {string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more",
    };

    private static Finding Unused(string why) => FindingKind.UnusedMargin.Of(1, $"A margin of the gate's file protects nothing: {why}.");
}

using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What of a gate's rules never came to bear: a margin that nothing is held against protects nothing.</summary>
public static class GateDoubts
{
    public static IEnumerable<Finding> UnusedMargins(Gate gate, IReadOnlyCollection<ComparedRow> rows)
    {
        foreach (MarginRule rule in gate.Rules.Where(rule => !rows.Any(row => rule.Name == row.Name || rule.Name == row.Scenario)))
        {
            yield return Unused($"no comparison is named {rule.Name}");
        }
        var gated = gate.StageMargins.Keys.Concat(gate.Rules.Where(rule => rows.Any(row => rule.Name == row.Name || rule.Name == row.Scenario)).SelectMany(rule => rule.Stages.Keys)).Distinct();
        foreach (string stage in gated.Where(stage => !rows.Any(row => row.Stages.Any(s => s.Name == stage && s.Shift != null))))
        {
            yield return Unused($"no comparison has a stage {stage} (a merged stage goes by its whole name)");
        }
    }

    private static Finding Unused(string why) => new(Severity.DataLoss, "unused-margin", 1, $"A margin of the gate's file protects nothing: {why}.");
}

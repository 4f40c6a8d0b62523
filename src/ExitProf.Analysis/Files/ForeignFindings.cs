namespace ExitProf.Analysis;

/// <summary>
/// What the stage table of one kind of exit says of itself, and the reason table of a foreign machine does not need: there every exit has a
/// row, and nothing
/// was calibrated.
/// </summary>
internal static class ForeignFindings
{
    private static readonly string[] OfOneKind =
    [
        "other-kinds", "no-duration", "no-exits", "not-calibrated", "unexplained-signature", "total-only", "too-few-rounds",
            "no-probe-floor", "outside-stages", "lost-events",
    ];

    public static TraceSummary Of(TraceSummary summary) => summary with
    {
        Findings = [.. summary.Findings.Where(f => !OfOneKind.Contains(f.Id) && !f.Id.StartsWith("incomplete-", StringComparison.Ordinal))],
    };
}

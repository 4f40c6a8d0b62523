namespace ExitProf.Analysis;

/// <summary>One comparison of a verdict, as far as a forecast needs it.</summary>
/// <param name="Name">Of the metric or the configuration.</param>
/// <param name="Of">What of a run was compared: "number", "untraced mean".</param>
/// <param name="Base">NaN if it is not known.</param>
/// <param name="Shift">New minus base.</param>
/// <param name="Confidence">Of the shift's interval; NaN if it is exact.</param>
public sealed record ComparedCost(
    string Name, string Unit, string Of, bool HigherIsBetter, double Base, Interval Shift, double Confidence)
{
    /// <summary>What the tail says where it decided the verdict; null where it did not.</summary>
    public Verdict? Tail { get; init; }

    /// <summary>The means of the runs, where their tail decided.</summary>
    public ComparedMeans? Means { get; init; }

    public static ComparedCost OfRow(string name, ComparedRow row) =>
        new(name, row.Unit, row.Of, row.HigherIsBetter, row.Total.Base, row.Total.Absolute, row.Total.Confidence)
        {
            Tail = row.Total.DecidedByTail ? row.Total.Tail?.Verdict : null,
            Means = row.Total.Means,
        };
}

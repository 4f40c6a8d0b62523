using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>How far each quantile of whole exits moved.</summary>
internal static class QuantileShifts
{
    /// <returns>Null if there is nothing to draw.</returns>
    public static QuantileShift? Of(ComparedRow row)
    {
        var points = row.Quantiles.Where(q => double.IsFinite(q.Percent.Value)).ToList();
        if (points.Count < 2) return null;
        return new QuantileShift(
            $"{VerdictSentences.Name(row)}: how far each quantile moved",
            $"New minus base in percent of the base, over {(row.Kind == "quad" ? "groups of neighbouring quads" : "runs")}. The intervals hold for "
                + $"{VerdictSentences.Together(row.Quantiles.Length, "quantile", points[0].Confidence)}.",
            row.Total.Margin / Math.Abs(row.Total.Base) * 100,
            [
                .. points.Select(q => new QuantilePoint(
                    Name(q),
                    q.Percent,
                    VerdictSentences.Percent(q.Percent.Value),
                    $"{Name(q)} {VerdictSentences.Percent(q.Percent.Value)} ({VerdictSentences.Range(q.Percent)})"
                )),
            ]
        );
    }

    private static string Name(ComparedQuantile quantile) => $"p{quantile.Share * 100:0.#}";
}

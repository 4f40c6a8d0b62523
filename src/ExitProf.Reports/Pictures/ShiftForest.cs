using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The shifts of a comparison: of each total, and of each stage of one of them.</summary>
internal static class ShiftForest
{
    /// <returns>Null if no row has a shift.</returns>
    public static ForestPlot? Totals(ComparisonSummary comparison) =>
        Drawable(
            new ForestPlot(
                "Shift of each total",
                "New minus base, in percent of the base.",
                "%",
                2,
                [
                    .. comparison
                        .Rows.Where(r => !r.Total.InAmounts)
                        .Select(r => new ForestRow(
                            VerdictSentences.Name(r),
                            VerdictSentences.Name(r),
                            r.Total.Percent,
                            r.Total.Equivalence,
                            r.Total.Margin / Math.Abs(r.Total.Base) * 100,
                            r.Total.Verdict,
                            $"{VerdictSentences.Percent(r.Total.Percent.Value)}, {VerdictSentences.Words(r.Total)}",
                            Strong: false
                        )),
                ]
            )
        );

    /// <returns>Null if no stage has a shift.</returns>
    public static ForestPlot? Stages(ComparedRow row)
    {
        JudgedShift total = row.Total;
        var stages = row
            .Stages.Where(s => s.Shift != null)
            .Select(s => new ForestRow(
                s.Name,
                s.Name,
                s.Shift!.Absolute,
                Scaled(s.Shift),
                s.Shift.Margin,
                s.Shift.Verdict,
                $"{VerdictSentences.StageCells(row, s)[2]}, {VerdictSentences.Words(s)}",
                Strong: false
            ));
        var whole = new ForestRow(
            row.Of,
            row.Of,
            total.Absolute,
            Scaled(total),
            total.Margin,
            total.Verdict,
            $"{VerdictSentences.Absolute(row)}, {VerdictSentences.Words(total)}",
            Strong: true
        );
        return Drawable(
            new ForestPlot(
                $"{VerdictSentences.Name(row)}: shift of each stage",
                VerdictSentences.StagesOf(row),
                VerdictSentences.Unit(row),
                row.Decimals,
                [.. stages, whole]
            )
        );

        // Equivalence is told in percent of the base, where that has a meaning.
        static Interval Scaled(JudgedShift shift) => shift.InAmounts ? shift.Equivalence : shift.Equivalence.Map(p => p / 100 * shift.Base);
    }

    private static ForestPlot? Drawable(ForestPlot plot) => plot.Rows.Any(r => double.IsFinite(r.Shift.Value)) ? plot : null;
}

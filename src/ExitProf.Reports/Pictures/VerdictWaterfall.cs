using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>Both sides of a comparison as waterfalls: of what the verdicts are about, the centres of each side's units.</summary>
internal static class VerdictWaterfall
{
    private static readonly Estimate NoInterval = new(double.NaN, double.NaN, double.NaN);

    /// <summary>The base, then the new side.</summary>
    public static Waterfall Of(ComparedRow row) =>
        new([Side(row, "base", row.BaseRuns, s => s.Base), Side(row, "new", row.NewRuns, s => s.New)], row.Hertz / 1e6);

    private static WaterfallPanel Side(ComparedRow row, string side, int units, Func<JudgedShift, double> of)
    {
        string unit = VerdictSentences.Unit(row);
        var rows = ImmutableArray.CreateBuilder<WaterfallRow>();
        double at = 0, total = of(row.Total);
        foreach (ComparedStage stage in row.Stages)
        {
            // From the stages and not from the name: it becomes the name of a class.
            string fill = string.Join('+', stage.Stages.Select(s => s.Group()).Distinct());
            double cycles = stage.Shift is { } shift ? of(shift) : double.NaN;
            string value = VerdictSentences.Value(row, cycles);
            var bar = new WaterfallRow(
                stage.Name,
                fill,
                at,
                cycles,
                0,
                value,
                Share(cycles),
                NoInterval,
                $"{stage.Name}, {side}: {value} {unit}"
            );
            rows.Add(bar);
            at = bar.End;
        }
        string rest = VerdictSentences.Value(row, total - at);
        rows.Add(
            new WaterfallRow(
                "rest",
                "residual",
                at,
                total - at,
                0,
                rest,
                Share(total - at),
                NoInterval,
                $"rest, {side}: {rest} {unit}: what is incomplete, indirect or in no stage"
            )
        );
        string whole = VerdictSentences.Value(row, total);
        rows.Add(new WaterfallRow(row.Of, "total", 0, total, 0, whole, "100.0 %", NoInterval, $"{row.Of}, {side}: {whole} {unit}"));
        return new WaterfallPanel(
            $"{side}: {VerdictSentences.Name(row)}, {whole} {unit}",
            $"{row.Of} of {units:N0} {row.Kind}{(units == 1 ? "" : "s")}; stages without their probes",
            unit,
            rows.ToImmutable()
        );

        string Share(double cycles) => double.IsFinite(cycles / total) ? Figures.Share(cycles / total) : "";
    }
}

using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A comparison for machines: <see cref="JsonVerdict"/> is its contract.</summary>
public sealed class VerdictJson : IVerdictWriter
{
    public const int Schema = 1;

    /// <summary>The digits of a percentage, and those of a unit beyond the digits in which the values came.</summary>
    private const int MoreDigits = 4;

    string IVerdictWriter.Name => "json";

    string IVerdictWriter.Extension => ".json";

    void IVerdictWriter.Write(Stream stream, VerdictPage page) => Write(stream, page);

    public static void Write(Stream stream, ComparisonSummary comparison) => Write(stream, new VerdictPage(comparison));

    private static void Write(Stream stream, VerdictPage page) =>
        JsonForm.Write(stream, Of(page, Schema), JsonForm.Contracts.JsonVerdict);

    /// <summary>Reads what a forecast needs of a verdict that was written by this or an earlier version.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="InputException">It is no verdict.</exception>
    public static IReadOnlyList<ComparedCost> Read(string file, string text)
    {
        try
        {
            JsonVerdict? verdict = JsonSerializer.Deserialize(text, JsonForm.Contracts.JsonVerdict);
            if (verdict?.Comparisons is { } comparisons && comparisons.All(c => c is { Shift.Absolute: not null }))
                return [.. comparisons.Select(Cost)];
        }
        catch (JsonException)
        {
            // The sentence below says it.
        }
        throw new InputException($"{file} is no verdict of exitprof compare or ab in JSON.");
    }

    private static ComparedCost Cost(JsonComparison row)
    {
        string name = row.Name is { Length: > 0 } own ? own : row.Scenario ?? "";
        return new ComparedCost(
            name,
            row.Unit ?? "",
            row.Of ?? "",
            row.HigherIsBetter,
            row.Base.Value,
            Interval(row.Shift.Absolute),
            row.Shift.Confidence.Value)
        {
            // Earlier versions did not say that a tail decided, and had none.
            Tail = row.DecidedBy == "tail" ? TailOf(row) : null,
            Means = row.Means is { Shift: not null } means ? new ComparedMeans(means.Base.Value, Interval(means.Shift)) : null,
        };
    }

    private static Verdict TailOf(JsonComparison row) =>
        Enum.GetValues<Verdict>().FirstOrDefault(v => v.Name() == row.Tail?.Verdict, Verdict.CannotTell);

    private static Interval Interval(JsonInterval interval) => new(interval.Value.Value, interval.Low.Value, interval.High.Value);

    /// <param name="schema">Null where the verdict is a part of another report.</param>
    internal static JsonVerdict Of(VerdictPage page, int? schema)
    {
        ComparisonSummary comparison = page.Comparison;
        Margin margin = comparison.Gate.Margin;
        return new JsonVerdict(
            schema,
            comparison.Verdict.Name(),
            comparison.Gate.Alpha,
            margin.IsAmount ? margin.Amount : margin.Share,
            margin.IsAmount ? "absolute" : margin.Amount > 0 ? "relative-and-absolute" : "relative",
            margin.ToString(),
            comparison.Gate.HigherIsBetter,
            comparison.Base,
            comparison.New,
            [.. comparison.Rows.Select(Row)],
            Needs(page),
            comparison.Calibration is { } calibration ? Calibration(calibration) : null,
            [.. comparison.Hosts.Select(d => new JsonHostDifference(d.Fact, d.Base, d.New))],
            JsonForm.Findings(comparison.Findings));
    }

    /// <summary>With every "cannot tell"; without numbers if it is not known how many would do.</summary>
    private static JsonNeeds? Needs(VerdictPage page)
    {
        if (page.Needs.Length == 0) return null;
        ComparisonSummary comparison = page.Comparison;
        bool quads = comparison.Kind == "quad";
        MoreUnits? more = comparison.More;
        return new JsonNeeds(
            quads ? more?.Most : null,
            quads || more is not { } runs ? null : Runs(runs),
            new JsonNumber(comparison.MoreRuns is { } most ? most * comparison.SecondsPerUnit : double.NaN, 1),
            page.Needs,
            more is { } units ? Spread(units) : default);
    }

    private static JsonNumber Spread(MoreUnits units) =>
        double.IsFinite(units.LargestSpread) ? new JsonNumber(units.LargestSpread, MoreDigits) : default;

    private static JsonRuns Runs(MoreUnits units) => new(units.Base, units.New);

    private static JsonCalibration Calibration(GateCalibration calibration) =>
        new(
            calibration.Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            calibration.Scenario,
            calibration.Settings,
            calibration.Alpha,
            calibration.Windows,
            calibration.WindowQuads,
            calibration.Excluding,
            new JsonNumber(calibration.FalseAlarms, 6),
            calibration.Good,
            [
                .. from seconds in (int[])[5, 10, 60]
                   select new JsonSmallestChange(seconds, new JsonNumber(calibration.SmallestChange(seconds) * 100, MoreDigits)),
            ]);

    private static JsonComparison Row(ComparedRow row)
    {
        JudgedShift t = row.Total;
        int digits = row.Decimals + MoreDigits;
        return new JsonComparison(
            JsonForm.Known(row.Name),
            JsonForm.Known(row.Scenario),
            JsonForm.Facts(row.Settings),
            JsonForm.Known(row.Reason),
            JsonForm.Known(row.Unit),
            new JsonSides(row.BaseRuns, row.NewRuns, row.Kind),
            row.Of,
            row.HigherIsBetter,
            t.Method,
            t.Verdict.Name(),
            t.DecidedBy,
            t.Centre.Name(),
            t.ExceedsMargin,
            new JsonNumber(t.Chance, JsonNumber.All),
            t.Tail is { } tail ? Tail(tail, digits) : null,
            new JsonNumber(t.Base, digits),
            new JsonNumber(t.New, digits),
            Shift(t, digits),
            Equivalence(t, digits),
            [.. row.Stages.Select(s => Stage(s, digits))],
            [.. row.Quantiles.Select(q => Quantile(q, digits))],
            FunctionJson.Of(row),
            t.Means is { } means ? new JsonMeans(new JsonNumber(means.Base, digits), Interval(means.Shift, digits)) : null,
            row.Kind != "quad" && t.More is { } more ? new JsonRowNeeds(Runs(more), Spread(more)) : null);
    }

    private static JsonComparedStage Stage(ComparedStage stage, int digits) =>
        new(
            stage.Name,
            stage.Group,
            stage.Gated,
            stage.Shift?.Verdict.Name(),
            stage.Shift?.ExceedsMargin,
            stage.Shift is { } shift ? Shift(shift, digits) : null,
            stage.Shift is { } judged ? Equivalence(judged, digits) : null,
            stage.Steps.IsEmpty ? null : [.. stage.Steps.Select(s => Step(s, digits))]);

    private static JsonComparedStep Step(ComparedStep step, int digits) =>
        new(
            step.Name,
            step.From.Name(),
            step.To.Name(),
            step.Shift.Verdict.Name(),
            new JsonNumber(step.Shift.Base, digits),
            new JsonNumber(step.Shift.New, digits),
            Shift(step.Shift, digits),
            Equivalence(step.Shift, digits));

    private static JsonComparedQuantile Quantile(ComparedQuantile quantile, int digits) =>
        new(
            quantile.Share,
            new JsonNumber(quantile.Base, digits),
            new JsonNumber(quantile.New, digits),
            Interval(quantile.Percent, MoreDigits),
            Math.Round(quantile.Confidence, 12));

    private static JsonShift Shift(JudgedShift shift, int digits) =>
        new(Interval(shift.Absolute, digits), Interval(shift.Percent, MoreDigits), new JsonNumber(shift.Confidence, 12),
            double.IsFinite(shift.BootNoise) ? new JsonNumber(shift.BootNoise, digits) : default);

    private static JsonEquivalence Equivalence(JudgedShift shift, int digits) =>
        new(
            new JsonNumber(shift.Equivalence.Low, shift.InAmounts ? digits : MoreDigits),
            new JsonNumber(shift.Equivalence.High, shift.InAmounts ? digits : MoreDigits),
            new JsonNumber(shift.EquivalenceConfidence, 12),
            shift.InAmounts ? true : null);

    private static JsonTail Tail(JudgedTail tail, int digits)
    {
        var common = new JsonTail(
            tail.Method,
            tail.Verdict.Name(),
            Math.Round(tail.Alpha, 12),
            Quantile: null,
            Base: default,
            New: default,
            Percent: null,
            Threshold: default,
            Beyond: null,
            Chance: default,
            tail.More is { } more ? Runs(more) : null);
        return tail.Method == JudgedTail.ByQuantile
            ? common with
            {
                Quantile = tail.Quantile,
                Base = new JsonNumber(tail.Base, digits),
                New = new JsonNumber(tail.New, digits),
                Percent = Interval(tail.Percent, MoreDigits),
            }
            : common with
            {
                Threshold = new JsonNumber(tail.Threshold, digits),
                Beyond = new JsonRuns(tail.BaseBeyond, tail.NewBeyond),
                Chance = new JsonNumber(tail.Chance, JsonNumber.All),
            };
    }

    private static JsonInterval Interval(Interval interval, int digits) =>
        new(new JsonNumber(interval.Value, digits), new JsonNumber(interval.Low, digits), new JsonNumber(interval.High, digits));
}

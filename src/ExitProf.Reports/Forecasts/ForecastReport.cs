using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A forecast in sentences, or for machines.</summary>
public static class ForecastReport
{
    private const int Schema = 1;

    /// <param name="growth">Of the code, as a share; null if nobody asked.</param>
    /// <param name="findings">What is to be known of the traces that it was made of.</param>
    /// <inheritdoc cref="TextPage.Write"/>
    public static void WriteText(
        TextWriter writer, int width, bool colour, Forecast forecast, double? growth, IReadOnlyList<Finding> findings) =>
        TextPage.Write(writer, width, colour, page => WriteText(page, forecast, growth, findings));

    private static void WriteText(TextPage page, Forecast forecast, double? growth, IReadOnlyList<Finding> findings)
    {
        MicroShift micro = forecast.Micro;
        // An exact shift has an interval of no width, and no confidence.
        string reach = double.IsNaN(micro.Confidence)
            ? "exact"
            : $"{VerdictSentences.Confidence(micro.Confidence)} interval {VerdictSentences.Range(forecast.Percent)}";
        string answer = forecast.Verdict switch { Verdict.Better => "Faster", Verdict.Worse => "Slower", _ => "Cannot tell" };
        string whole = micro.Base > 0 ? $" of {Whole(micro.Base)}" : "";
        string clock = micro.PerSecond is null ? $" on a clock of {forecast.Hertz / 1e6:N0} MHz" : "";
        Line($"{answer}: {VerdictSentences.Percent(forecast.Percent.Value)} of the time of {forecast.Load.Name} ({reach}).");
        Line(
            $"Micro: {(micro.Name.Length > 0 ? micro.Name : "numbers")}, {Of(micro.Shift.Value)} {micro.Unit} an exit "
            + $"({Of(micro.Shift.Low)} to {Of(micro.Shift.High)}){whole}.");
        Line(
            $"Macro: {forecast.Load.ExitsPerSecond:N0} exits per second{clock}; "
            + $"exits take {forecast.Bound:0.##} % of the time, and more cannot be gained.");
        if (Tail(micro) is { } tail)
            Line(tail);
        if (forecast.Bounded)
            Line("The interval was cut off at that bound.");
        if (growth is { } grown)
            Line(Rule(forecast, grown));
        foreach (Finding finding in findings)
            Line($"{finding.Severity.Name()}: {finding.Id} ({finding.Count:N0}): {finding.Text}");

        // Time comes in fractions of its unit, cycles in whole ones.
        string Of(double shift) =>
            micro.PerSecond is null ? Figures.Difference(shift) : (shift < 0 ? "\u2212" : "+") + Whole(Math.Abs(shift));
        string Whole(double value) =>
            micro.PerSecond is null
                ? Figures.Cycles(value)
                : value.ToString("#,0.######", System.Globalization.CultureInfo.InvariantCulture);
        void Line(string line) => page.Line(line, hanging: 2);
    }

    public static void WriteJson(Stream stream, Forecast forecast, double? growth, IReadOnlyList<Finding> findings)
    {
        JsonInterval shift = Interval(forecast.Micro.Shift);
        var json = new JsonForecast(
            Schema,
            forecast.Verdict.Name(),
            forecast.Micro.Name,
            forecast.Micro.Unit,
            forecast.Micro.Tail?.Name(),
            forecast.Micro.Tail is null ? null : forecast.Micro.OfMeans ? "mean" : "centre",
            Cycles: forecast.Micro.PerSecond is null ? shift : null,
            Shift: forecast.Micro.PerSecond is null ? null : shift,
            new JsonNumber(forecast.Micro.Base),
            new JsonNumber(forecast.Micro.Confidence, 12),
            forecast.Load.Name,
            new JsonNumber(forecast.Load.ExitsPerSecond),
            new JsonNumber(forecast.Bound, 6),
            forecast.Bounded,
            Interval(forecast.Percent),
            CodeGrowth: growth is { } share ? new JsonNumber(share * 100, 6) : default,
            WorthIt: growth is { } grown ? new JsonDecision(forecast.WorthIt(grown)) : default,
            JsonForm.Findings(findings));
        JsonForm.Write(stream, json, JsonForm.Contracts.JsonForecast);
    }

    private static JsonInterval Interval(Interval interval) =>
        new(new JsonNumber(interval.Value, 6), new JsonNumber(interval.Low, 6), new JsonNumber(interval.High, 6));

    /// <summary>What a verdict that the tail decided means for its forecast; null of any other.</summary>
    private static string? Tail(MicroShift micro)
    {
        if (micro.Tail is not { } verdict) return null;
        string decided = verdict is Verdict.Worse or Verdict.Better
            ? $"The tail decided the verdict ({verdict.Words()})"
            : "A tail is seen that may be no more than the order of the runs";
        return micro.OfMeans
            ? $"{decided}: base and shift are means, which have the slow ones in them."
            : $"{decided}: base and shift are those of the typical exit, and what the tail does to the workload comes on top.";
    }

    private static string Rule(Forecast forecast, double growth)
    {
        string asked = $"a gain of at least {2 * growth * 100:0.##} % for code that grows by {growth * 100:0.##} %";
        return forecast.WorthIt(growth) switch
        {
            true => $"Worth it by Rusty Russell's rule: {asked}, and the whole interval is beyond.",
            false => $"Not worth it by Rusty Russell's rule: it asks for {asked}, and no part of the interval reaches it.",
            _ => $"Cannot tell by Rusty Russell's rule: it asks for {asked}, which lies within the interval.",
        };
    }
}

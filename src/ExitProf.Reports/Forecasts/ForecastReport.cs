using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A forecast in sentences, or for machines.</summary>
public static class ForecastReport
{
    /// <param name="growth">Of the code, as a share; null if nobody asked.</param>
    /// <param name="findings">What is to be known of the traces that it was made of.</param>
    public static void WriteText(TextWriter writer, Forecast forecast, double? growth, IReadOnlyList<Finding> findings)
    {
        MicroShift micro = forecast.Micro;
        // An exact shift has an interval of no width, and no confidence.
        string reach = double.IsNaN(micro.Confidence)
            ? "exact"
            : $"{VerdictSentences.Confidence(micro.Confidence)} interval {VerdictSentences.Range(forecast.Percent)}";
        Line(
            $"{forecast.Verdict switch { Verdict.Better => "Faster", Verdict.Worse => "Slower", _ => "Cannot tell" }}: {VerdictSentences.Percent(forecast.Percent.Value)} of the time of {forecast.Load.Name} ({reach})."
        );
        Line(
            $"Micro: {micro.Name}, {Of(micro.Shift.Value)} {micro.Unit} an exit ({Of(micro.Shift.Low)} to {Of(micro.Shift.High)}){(micro.Base > 0 ? $" of {Whole(micro.Base)}" : "")}."
        );
        Line(
            $"Macro: {forecast.Load.ExitsPerSecond:N0} exits per second{(micro.PerSecond is null ? $" on a clock of {forecast.Hertz / 1e6:N0} MHz" : "")}; exits take {forecast.Bound:0.##} % of the time, and more cannot be gained."
        );
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
        void Line(string line) => writer.Write(LogCommand.Disarmed(VisibleText.Of(line)) + "\n");
    }

    public static void WriteJson(Stream stream, Forecast forecast, double? growth, IReadOnlyList<Finding> findings) =>
        JsonText.Write(
            stream,
            json =>
            {
                json.WriteNumber("schema", 1);
                json.WriteString("verdict", forecast.Verdict.Name());
                json.WriteString("micro", forecast.Micro.Name);
                json.WriteString("unit", forecast.Micro.Unit);
                Interval(forecast.Micro.PerSecond is null ? "cycles" : "shift", forecast.Micro.Shift);
                JsonText.Number(json, "base", forecast.Micro.Base);
                JsonText.Number(json, "confidence", forecast.Micro.Confidence, 12);
                json.WriteString("macro", forecast.Load.Name);
                JsonText.Number(json, "exitsPerSecond", forecast.Load.ExitsPerSecond);
                JsonText.Number(json, "bound", forecast.Bound, 6);
                json.WriteBoolean("bounded", forecast.Bounded);
                Interval("percent", forecast.Percent);
                if (growth is { } grown)
                {
                    json.WriteNumber("codeGrowth", Math.Round(grown * 100, 6));
                    if (forecast.WorthIt(grown) is { } worth)
                        json.WriteBoolean("worthIt", worth);
                    else
                        json.WriteNull("worthIt");
                }
                JsonText.Findings(json, findings);

                void Interval(string name, Interval interval)
                {
                    json.WriteStartObject(name);
                    JsonText.Number(json, "value", interval.Value, 6);
                    JsonText.Number(json, "low", interval.Low, 6);
                    JsonText.Number(json, "high", interval.High, 6);
                    json.WriteEndObject();
                }
            });

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

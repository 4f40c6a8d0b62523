using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A comparison for machines. The names are a contract: add, never rename; a figure that does not exist is null.</summary>
public sealed class VerdictJson : IVerdictWriter
{
    public const int Schema = 1;

    /// <summary>The digits of a percentage, and those of a unit beyond the digits in which the values came.</summary>
    private const int MoreDigits = 4;

    string IVerdictWriter.Name => "json";

    string IVerdictWriter.Extension => ".json";

    void IVerdictWriter.Write(Stream stream, ComparisonSummary comparison) => Write(stream, comparison);

    public static void Write(Stream stream, ComparisonSummary comparison) => JsonText.Write(stream, json =>
    {
        json.WriteNumber("schema", Schema);
        WriteProperties(json, comparison);
    });

    /// <summary>Everything but the number of the schema.</summary>
    internal static void WriteProperties(Utf8JsonWriter json, ComparisonSummary comparison)
    {
        json.WriteString("verdict", comparison.Verdict.Name());
        json.WriteNumber("alpha", comparison.Gate.Alpha);
        Margin margin = comparison.Gate.Margin;
        json.WriteNumber("margin", margin.IsAmount ? margin.Amount : margin.Share);
        json.WriteString("marginKind", margin.IsAmount ? "absolute" : margin.Amount > 0 ? "relative-and-absolute" : "relative");
        json.WriteString("marginText", margin.ToString());
        json.WriteBoolean("higherIsBetter", comparison.Gate.HigherIsBetter);
        Names(json, "base", comparison.Base);
        Names(json, "new", comparison.New);
        json.WriteStartArray("comparisons");
        foreach (ComparedRow row in comparison.Rows) WriteRow(json, row);
        json.WriteEndArray();
        WriteNeeds(json, comparison);
        if (comparison.Calibration is { } calibration) WriteCalibration(json, calibration);
        else json.WriteNull("calibration");
        json.WriteStartArray("hosts");
        foreach (HostDifference d in comparison.Hosts)
        {
            json.WriteStartObject();
            json.WriteString("fact", d.Fact);
            json.WriteString("base", d.Base);
            json.WriteString("new", d.New);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        JsonText.Findings(json, comparison.Findings);
    }

    /// <summary>With every "cannot tell"; without numbers if nobody knows how many would do.</summary>
    private static void WriteNeeds(Utf8JsonWriter json, ComparisonSummary comparison)
    {
        string text = VerdictSentences.Needs(comparison);
        if (text.Length == 0)
        {
            json.WriteNull("needs");
            return;
        }
        bool quads = comparison.Kind == "quad";
        json.WriteStartObject("needs");
        if (quads && comparison.More is { } units) json.WriteNumber("quads", units.Most);
        else json.WriteNull("quads");
        if (!quads && comparison.More is { } runs)
        {
            json.WriteStartObject("runs");
            json.WriteNumber("base", runs.Base);
            json.WriteNumber("new", runs.New);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("runs");
        }
        JsonText.Number(json, "seconds", comparison.MoreRuns is { } most ? most * comparison.SecondsPerUnit : double.NaN, digits: 1);
        json.WriteString("text", text);
        if (comparison.More is { } more && double.IsFinite(more.LargestSpread))
            JsonText.Number(json, "largestSpread", more.LargestSpread, digits: MoreDigits);
        json.WriteEndObject();
    }

    private static void WriteCalibration(Utf8JsonWriter json, GateCalibration calibration)
    {
        json.WriteStartObject("calibration");
        json.WriteString("utc", calibration.Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        json.WriteString("scenario", calibration.Scenario);
        json.WriteString("settings", calibration.Settings);
        json.WriteNumber("alpha", calibration.Alpha);
        json.WriteNumber("windows", calibration.Windows);
        json.WriteNumber("windowQuads", calibration.WindowQuads);
        json.WriteNumber("excluding", calibration.Excluding);
        JsonText.Number(json, "falseAlarms", calibration.FalseAlarms, digits: 6);
        json.WriteBoolean("good", calibration.Good);
        json.WriteStartArray("smallestChange");
        foreach (int seconds in (int[])[5, 10, 60])
        {
            json.WriteStartObject();
            json.WriteNumber("seconds", seconds);
            JsonText.Number(json, "percent", calibration.SmallestChange(seconds) * 100, digits: MoreDigits);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter json, ComparedRow row)
    {
        JudgedShift t = row.Total;
        int digits = row.Decimals + MoreDigits;
        json.WriteStartObject();
        Word("name", row.Name);
        Word("scenario", row.Scenario);
        JsonText.Facts(json, "settings", row.Settings);
        Word("reason", row.Reason);
        Word("unit", row.Unit);
        json.WriteStartObject("n");
        json.WriteNumber("base", row.BaseRuns);
        json.WriteNumber("new", row.NewRuns);
        json.WriteString("kind", row.Kind);
        json.WriteEndObject();
        json.WriteString("of", row.Of);
        json.WriteBoolean("higherIsBetter", row.HigherIsBetter);
        json.WriteString("method", t.Method);
        json.WriteString("verdict", t.Verdict.Name());
        json.WriteString("decidedBy", t.DecidedBy);
        json.WriteString("centre", t.Centre.Name());
        json.WriteBoolean("exceedsMargin", t.ExceedsMargin);
        Chance(json, t.Chance);
        WriteTail(json, t.Tail, digits);
        JsonText.Number(json, "base", t.Base, digits);
        JsonText.Number(json, "new", t.New, digits);
        WriteShift(json, t, digits);
        json.WriteStartArray("stages");
        foreach (ComparedStage stage in row.Stages) WriteStage(json, stage, digits);
        json.WriteEndArray();
        json.WriteStartArray("quantiles");
        foreach (ComparedQuantile quantile in row.Quantiles) WriteQuantile(json, quantile, digits);
        json.WriteEndArray();
        json.WriteEndObject();

        void Word(string name, string text)
        {
            if (text.Length > 0) json.WriteString(name, text);
            else json.WriteNull(name);
        }
    }

    private static void WriteStage(Utf8JsonWriter json, ComparedStage stage, int digits)
    {
        json.WriteStartObject();
        json.WriteString("stage", stage.Name);
        json.WriteString("group", stage.Group);
        json.WriteBoolean("gated", stage.Gated);
        if (stage.Shift is { } shift)
        {
            json.WriteString("verdict", shift.Verdict.Name());
            json.WriteBoolean("exceedsMargin", shift.ExceedsMargin);
            WriteShift(json, shift, digits);
        }
        else
        {
            foreach (string name in (string[])["verdict", "exceedsMargin", "shift", "equivalence"]) json.WriteNull(name);
        }
        if (!stage.Steps.IsEmpty)
        {
            json.WriteStartArray("steps");
            foreach (ComparedStep step in stage.Steps) WriteStep(json, step, digits);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, ComparedStep step, int digits)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Name);
        json.WriteString("from", step.From.Name());
        json.WriteString("to", step.To.Name());
        json.WriteString("verdict", step.Shift.Verdict.Name());
        JsonText.Number(json, "base", step.Shift.Base, digits);
        JsonText.Number(json, "new", step.Shift.New, digits);
        WriteShift(json, step.Shift, digits);
        json.WriteEndObject();
    }

    private static void WriteQuantile(Utf8JsonWriter json, ComparedQuantile quantile, int digits)
    {
        json.WriteStartObject();
        json.WriteNumber("share", quantile.Share);
        JsonText.Number(json, "base", quantile.Base, digits);
        JsonText.Number(json, "new", quantile.New, digits);
        WriteInterval(json, "percent", quantile.Percent, MoreDigits);
        json.WriteNumber("confidence", Math.Round(quantile.Confidence, 12));
        json.WriteEndObject();
    }

    private static void WriteShift(Utf8JsonWriter json, JudgedShift shift, int digits)
    {
        json.WriteStartObject("shift");
        WriteInterval(json, "absolute", shift.Absolute, digits);
        WriteInterval(json, "percent", shift.Percent, MoreDigits);
        JsonText.Number(json, "confidence", shift.Confidence, 12);
        json.WriteEndObject();
        json.WriteStartObject("equivalence");
        JsonText.Number(json, "low", shift.Equivalence.Low, shift.InAmounts ? digits : MoreDigits);
        JsonText.Number(json, "high", shift.Equivalence.High, shift.InAmounts ? digits : MoreDigits);
        JsonText.Number(json, "confidence", shift.EquivalenceConfidence, 12);
        // In percent, unless a percentage has no meaning.
        if (shift.InAmounts) json.WriteBoolean("inUnits", true);
        json.WriteEndObject();
    }

    /// <summary>As it is: 1.5e-11 has no digits to round.</summary>
    private static void Chance(Utf8JsonWriter json, double chance)
    {
        if (double.IsFinite(chance)) json.WriteNumber("chance", chance);
        else json.WriteNull("chance");
    }

    private static void WriteTail(Utf8JsonWriter json, JudgedTail? tail, int digits)
    {
        if (tail is null)
        {
            json.WriteNull("tail");
            return;
        }
        json.WriteStartObject("tail");
        json.WriteString("method", tail.Method);
        json.WriteString("verdict", tail.Verdict.Name());
        json.WriteNumber("alpha", Math.Round(tail.Alpha, 12));
        if (tail.Method == JudgedTail.ByQuantile)
        {
            json.WriteNumber("quantile", tail.Quantile);
            JsonText.Number(json, "base", tail.Base, digits);
            JsonText.Number(json, "new", tail.New, digits);
            WriteInterval(json, "percent", tail.Percent, MoreDigits);
        }
        else
        {
            JsonText.Number(json, "threshold", tail.Threshold, digits);
            json.WriteStartObject("beyond");
            json.WriteNumber("base", tail.BaseBeyond);
            json.WriteNumber("new", tail.NewBeyond);
            json.WriteEndObject();
            Chance(json, tail.Chance);
        }
        if (tail.More is { } more)
        {
            json.WriteStartObject("needs");
            json.WriteNumber("base", more.Base);
            json.WriteNumber("new", more.New);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("needs");
        }
        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, Interval interval, int digits)
    {
        json.WriteStartObject(name);
        JsonText.Number(json, "value", interval.Value, digits);
        JsonText.Number(json, "low", interval.Low, digits);
        JsonText.Number(json, "high", interval.High, digits);
        json.WriteEndObject();
    }

    private static void Names(Utf8JsonWriter json, string name, IEnumerable<string> files)
    {
        json.WriteStartArray(name);
        foreach (string file in files) json.WriteStringValue(file);
        json.WriteEndArray();
    }
}

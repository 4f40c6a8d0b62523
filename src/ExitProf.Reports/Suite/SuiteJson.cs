using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The suite for machines: published figures, what was measured, and the reading of each row.</summary>
public static class SuiteJson
{
    public const int Schema = 1;

    public static void Write(Stream stream, SuiteSummary suite) => JsonText.Write(stream, json =>
    {
        json.WriteNumber("schema", Schema);
        json.WriteBoolean("quick", suite.Quick);
        json.WriteBoolean("figures", suite.HasFigures);
        json.WriteBoolean("interrupted", suite.Interrupted);
        JsonText.Number(json, "seconds", suite.Seconds);
        JsonText.Facts(json, "host", suite.Traces.FirstOrDefault()?.Header.Host ?? []);
        json.WriteStartArray("rows");
        foreach (SuiteRow row in suite.Rows) WriteRow(json, row, suite);
        json.WriteEndArray();
    });

    private static void WriteRow(Utf8JsonWriter json, SuiteRow row, SuiteSummary suite)
    {
        json.WriteStartObject();
        json.WriteString("scenario", row.Scenario);
        json.WriteString("command", row.Command);
        json.WriteString("summary", row.Summary);
        json.WriteString("origin", row.Origin);
        json.WriteString("unitTest", row.UnitTest);
        WritePublished(json, row.Published);
        json.WriteString("mode", row.Trace == null ? "absent" : row.Emulated ? "emulated" : "native");
        json.WriteString("trace", row.Trace?.File);
        json.WriteString("backend", row.Trace?.Header.Backend.Name());
        json.WriteString("guestMode", row.Trace?.Header.GuestMode);
        if (row.Trace is { } trace) json.WriteNumber("tscHz", trace.Header.Clock.Hertz);
        json.WriteString("reason", row.Reason);
        JsonText.Number(json, "seconds", row.Seconds);
        json.WriteString("reading", SuiteSentence.Of(row, suite));
        json.WriteStartArray("results");
        if (suite.HasFigures)
        {
            foreach (SuiteAnswer result in SuiteAnswers.Read(row, suite.Rows)) WriteResult(json, result);
        }
        json.WriteEndArray();
        json.WriteStartArray("work");
        if (suite.HasFigures)
        {
            foreach (ConfigurationSummary c in row.Trace?.Configurations.Where(c => c.Work != null) ?? [])
            {
                json.WriteStartObject();
                json.WriteString("name", c.Configuration.Name);
                JsonReport.WriteWork(json, c.Work!, row.Trace!.Header.Clock.Hertz);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
        JsonText.Findings(json, row.Trace?.Findings ?? []);
        json.WriteEndObject();
    }

    /// <summary>As <c>exitprof list</c> has them too.</summary>
    public static void WritePublished(Utf8JsonWriter json, IEnumerable<PublishedFigure> published)
    {
        json.WriteStartArray("published");
        foreach (PublishedFigure figure in published)
        {
            json.WriteStartObject();
            json.WriteString("text", figure.Text);
            if (figure.Year is { } year) json.WriteNumber("year", year);
            else json.WriteNull("year");
            json.WriteString("measured", figure.Measured);
            json.WriteString("unit", figure.Unit);
            json.WriteStartArray("values");
            foreach (PublishedValue value in figure.Values)
            {
                json.WriteStartObject();
                json.WriteString("of", value.Of);
                json.WriteNumber("value", value.Value);
                if (value.High is { } high) json.WriteNumber("high", high);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, SuiteAnswer result)
    {
        json.WriteStartObject();
        json.WriteString("quantity", result.Quantity switch
        {
            SuiteQuantity.SlopePerDoubling => "slope-per-doubling",
            SuiteQuantity.UserspaceDifference => "userspace-difference",
            SuiteQuantity.UserspaceSlope => "userspace-slope",
            var quantity => quantity.ToString().ToLowerInvariant(),
        });
        json.WriteString("of", result.Of);
        json.WriteString("unit", result.Quantity switch
        {
            SuiteQuantity.Ratio or SuiteQuantity.Against => "times",
            SuiteQuantity.Sameness => "share",
            SuiteQuantity.Events => "events per exit",
            SuiteQuantity.Work => "million instructions per second",
            _ => "cycles",
        });
        JsonText.Number(json, "value", result.Value.Mean, digits: 6);
        JsonText.Number(json, "low", result.Value.Low, digits: 6);
        JsonText.Number(json, "high", result.Value.High, digits: 6);
        JsonText.Number(json, "confidence", result.Confidence, digits: 6);
        JsonText.Number(json, "p99", result.P99);
        if (result.Quantity == SuiteQuantity.Cost)
            JsonText.Number(json, "exitsToVmm", result.ExitsToVmm, digits: 6);
        string? share = result.Quantity switch
        {
            SuiteQuantity.Sameness => "margin",
            SuiteQuantity.Slope or SuiteQuantity.SlopePerDoubling or SuiteQuantity.UserspaceSlope => "bend",
            SuiteQuantity.Work => "shareInExits",
            SuiteQuantity.Stage => "share",
            _ => null,
        };
        if (share != null)
            JsonText.Number(json, share, result.Share, digits: 6);
        json.WriteEndObject();
    }
}

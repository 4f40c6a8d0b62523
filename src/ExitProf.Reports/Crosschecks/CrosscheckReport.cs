using System.Text.Json;
using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>A recording as perf sees it and as ExitProf does, for a terminal and for machines.</summary>
public static class CrosscheckReport
{
    private static readonly Style Doubt = new(Color.Yellow);

    /// <param name="said">Why a reading is missing; one sentence each.</param>
    public static void Write(TextWriter writer, IReadOnlyList<CrosscheckRow> rows, IReadOnlyList<string> said, int width, bool colour) =>
        TextPage.Write(writer, width, colour, page =>
        {
            int open = rows.Count(r => !r.IsExplained);
            page.Line(open == 0 ? $"{Figures.Count(rows.Count, "reason")}; every difference is explained."
                : $"{Figures.Count(rows.Count, "reason")}; {open:N0} {(open == 1 ? "has" : "have")} a difference that is not explained.");
            foreach (string sentence in said) page.Line(sentence, Doubt);
            page.Blank();
            var table = new TextTable("reason").Right("perf kvm stat").Right("perf script").Right("ExitProf").Right("mean ns, perf", 2)
                .Right("mean ns, ExitProf", 3);
            foreach (CrosscheckRow row in rows)
            {
                table.Row(row.IsExplained ? Style.Plain : Doubt, VisibleText.Of(row.Reason), Paired(row.Table), Paired(row.Text),
                    Paired(row.Own), Mean(row.Table), Mean(row.Own));
            }
            table.Write(page);
            foreach (CrosscheckRow row in rows.Where(r => !r.Differences.IsEmpty))
            {
                page.Blank();
                page.Line(VisibleText.Of(row.Reason));
                foreach (string difference in row.Differences)
                    page.Line("  " + difference, row.IsExplained ? Style.Plain : Doubt, hanging: 2);
            }
        });

    public static void WriteJson(Stream stream, string file, IReadOnlyList<CrosscheckRow> rows, IReadOnlyList<string> said)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteString("file", file);
            json.WriteBoolean("explained", rows.All(r => r.IsExplained));
            json.WriteStartArray("missing");
            foreach (string sentence in said) json.WriteStringValue(sentence);
            json.WriteEndArray();
            json.WriteStartArray("reasons");
            foreach (CrosscheckRow row in rows) Write(json, row);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, CrosscheckRow row)
    {
        json.WriteStartObject();
        json.WriteString("reason", row.Reason);
        Write(json, "perfKvmStat", row.Table);
        Write(json, "perfScript", row.Text);
        Write(json, "exitprof", row.Own);
        json.WriteBoolean("explained", row.IsExplained);
        json.WriteStartArray("differences");
        foreach (string difference in row.Differences) json.WriteStringValue(difference);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, CrosscheckCount? count)
    {
        if (count is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteNumber("exits", count.Exits);
        json.WriteNumber("paired", count.Paired);
        if (double.IsFinite(count.Nanoseconds)) json.WriteNumber("nanoseconds", Math.Round(count.Nanoseconds));
        else json.WriteNull("nanoseconds");
        json.WriteEndObject();
    }

    private static string Paired(CrosscheckCount? count) => count is null ? "" : count.Exits == count.Paired ? $"{count.Paired:N0}"
        : $"{count.Paired:N0} of {count.Exits:N0}";

    private static string Mean(CrosscheckCount? count) =>
        count is { Paired: > 0 } && double.IsFinite(count.Nanoseconds) ? $"{count.Nanoseconds / count.Paired:N1}" : "";
}

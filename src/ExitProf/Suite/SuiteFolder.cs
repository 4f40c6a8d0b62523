using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Charts;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>A folder that no suite can be made of again. The message is one sentence, with the remedy.</summary>
internal sealed class SuiteFolderException(string what) : RefusedException(what + ": record it again with exitprof suite.");

/// <summary>
/// The traces of a suite and the list of its rows beside them, with the reasons of those that have no trace: enough to make the page again,
/// without KVM.
/// </summary>
internal static class SuiteFolder
{
    private const string List = "rows.json";
    private const int Schema = 1;

    /// <param name="Run">Which of the scenario's recordings.</param>
    /// <param name="File">Name of the trace; null if there is none.</param>
    public sealed record Entry(string Scenario, int Run, string? File, string Reason, double Seconds);

    public static void Write(DirectoryInfo folder, IEnumerable<Entry> entries, bool quick, double seconds, bool interrupted) =>
        WholeFile.Write(Path.Combine(folder.FullName, List), stream => WriteList(stream, entries, quick, seconds, interrupted));

    private static void WriteList(Stream stream, IEnumerable<Entry> entries, bool quick, double seconds, bool interrupted)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        json.WriteBoolean("quick", quick);
        json.WriteBoolean("interrupted", interrupted);
        json.WriteNumber("seconds", Math.Round(seconds, 1));
        json.WriteStartArray("rows");
        foreach (Entry entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("scenario", entry.Scenario);
            json.WriteNumber("run", entry.Run);
            json.WriteString("file", entry.File);
            json.WriteString("reason", entry.Reason);
            json.WriteNumber("seconds", Math.Round(entry.Seconds, 1));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <exception cref="SuiteFolderException">It is no folder of a suite, or of another version of ExitProf.</exception>
    public static SuiteSummary Read(DirectoryInfo folder)
    {
        string path = Path.Combine(folder.FullName, List);
        if (!File.Exists(path))
            throw new SuiteFolderException(
                $"{(ReportFiles.Shown(folder.FullName) is not "." and var shown ? shown : "The current folder")} has no {List}, so it is not a folder of exitprof suite"
            );
        (SuiteSummary empty, Row[] rows) = ReadList(path);
        // Traces have findings and sentences of their own for what is wrong with them.
        return empty with { Rows = [.. rows.Select(r => Read(folder, r, empty.Quick))] };
    }

    private static (SuiteSummary Empty, Row[] Rows) ReadList(string path)
    {
        string shown = ReportFiles.Shown(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = json.RootElement;
            if (root.GetProperty("schema").GetInt32() != Schema)
                throw new SuiteFolderException($"{shown} is of another version of ExitProf");
            Row[] rows = [.. root.GetProperty("rows").EnumerateArray().Select(e => RowOf(e, shown))];
            return (
                new SuiteSummary(
                    [],
                    root.GetProperty("quick").GetBoolean(),
                    root.GetProperty("seconds").GetDouble(),
                    root.GetProperty("interrupted").GetBoolean()
                ),
                rows
            );
        }
        catch (JsonException e)
        {
            throw new SuiteFolderException($"{shown} is damaged in line {e.LineNumber + 1}");
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new SuiteFolderException($"{shown} is damaged: something is missing in it, or is not of its kind");
        }
    }

    private static Row RowOf(JsonElement json, string list)
    {
        var entry = new Entry(
            json.GetProperty("scenario").GetString() ?? "",
            json.GetProperty("run").GetInt32(),
            json.GetProperty("file").GetString(),
            json.GetProperty("reason").GetString() ?? "",
            json.GetProperty("seconds").GetDouble()
        );
        if (entry.File is { } file && (Path.GetFileName(file).Length == 0 || file.Contains('\0')))
            throw new FormatException("a name that no file can have");
        IScenario? scenario = ScenarioCatalog.All.FirstOrDefault(s => s.Name == entry.Scenario);
        return scenario != null && entry.Run >= 0 && entry.Run < scenario.SuiteRuns.Count
            ? new Row(scenario, entry)
            : throw new SuiteFolderException(
                $"{list} names a recording of '{VisibleText.Of(entry.Scenario)}' that this version of ExitProf does not make"
            );
    }

    private static SuiteRow Read(DirectoryInfo folder, Row row, bool quick)
    {
        (IScenario scenario, Entry entry) = row;
        SuiteRun declared = scenario.SuiteRuns[entry.Run];
        TraceSummary? trace = null;
        if (entry.File is { } name)
        {
            string path = Path.Combine(folder.FullName, Path.GetFileName(name));
            var analysis = new TraceAnalysis();
            TraceReading reading = TraceReader.Read(path, analysis);
            trace = analysis.Summarise(Path.GetFileName(path), reading.Bytes, []);
            // Figures under another recording's heading would be held against figures that were never theirs.
            if (trace.Header.Scenario != scenario.Name)
                throw new SuiteFolderException(
                    $"{ReportFiles.Shown(path)} is a recording of {VisibleText.Of(trace.Header.Scenario)}, not of {scenario.Name}"
                );
        }
        return new SuiteRow(
            scenario.Name,
            scenario.Summary,
            scenario.Origin,
            scenario.UnitTest,
            [.. scenario.Published],
            quick ? declared with { Assignments = declared.QuickAssignments ?? declared.Assignments } : declared,
            trace,
            entry.Reason,
            entry.Seconds
        );
    }

    private sealed record Row(IScenario Scenario, Entry Entry);
}

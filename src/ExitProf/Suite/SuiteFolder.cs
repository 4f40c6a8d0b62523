using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// The traces of a suite and the list of its rows beside them, with the reasons of those that have no trace: enough to make the page again, without KVM.
/// </summary>
internal static class SuiteFolder
{
    private const string List = "rows.json";
    private const int Schema = 1;

    /// <param name="Run">Which of the scenario's recordings.</param>
    /// <param name="File">Name of the trace; null if there is none.</param>
    public sealed record Entry(string Scenario, int Run, string? File, string Reason, double Seconds);

    public static void Write(DirectoryInfo folder, IEnumerable<Entry> entries, bool quick, double seconds, bool interrupted)
    {
        using FileStream stream = File.Create(Path.Combine(folder.FullName, List));
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

    /// <exception cref="UsageException">It is no folder of a suite, or of another version of ExitProf.</exception>
    public static SuiteSummary Read(DirectoryInfo folder)
    {
        string path = Path.Combine(folder.FullName, List);
        if (!File.Exists(path)) throw new UsageException($"{ReportFiles.Shown(folder.FullName)} has no {List}: it is not a folder of exitprof suite.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = json.RootElement;
            if (root.GetProperty("schema").GetInt32() != Schema) throw new UsageException($"{ReportFiles.Shown(path)} is of another version of ExitProf.");
            bool quick = root.GetProperty("quick").GetBoolean();
            SuiteRow[] rows = [.. root.GetProperty("rows").EnumerateArray().Select(e => Row(folder, e, quick))];
            return new SuiteSummary([.. rows], quick, root.GetProperty("seconds").GetDouble(), root.GetProperty("interrupted").GetBoolean());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UsageException($"{ReportFiles.Shown(path)} is damaged: {e.Message}");
        }
    }

    private static SuiteRow Row(DirectoryInfo folder, JsonElement entry, bool quick)
    {
        IScenario scenario = ScenarioCatalog.Get(entry.GetProperty("scenario").GetString() ?? "");
        int run = entry.GetProperty("run").GetInt32();
        if (run < 0 || run >= scenario.SuiteRuns.Count) throw new UsageException($"{List} names a recording of {scenario.Name} that this version of ExitProf does not make.");
        SuiteRun declared = scenario.SuiteRuns[run];
        TraceSummary? trace = null;
        string reason = entry.GetProperty("reason").GetString() ?? "";
        if (entry.GetProperty("file").GetString() is { } name)
        {
            var file = new FileInfo(Path.Combine(folder.FullName, Path.GetFileName(name)));
            var analysis = new TraceAnalysis();
            TraceReading reading = TraceReader.Read(file.FullName, analysis);
            trace = analysis.Summarise(file.Name, reading.Bytes, []);
        }
        return new SuiteRow(
            scenario.Name, scenario.Summary, scenario.Origin, scenario.UnitTest, [.. scenario.Published],
            quick ? declared with { Assignments = declared.QuickAssignments ?? declared.Assignments } : declared, trace, reason, entry.GetProperty("seconds").GetDouble());
    }
}

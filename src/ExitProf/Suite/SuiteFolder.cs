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

    public static void Write(DirectoryInfo folder, IEnumerable<JsonRecordedRow> rows, bool quick, double seconds, bool interrupted)
    {
        JsonRecordedRow[] rounded = [.. rows.Select(r => r with { Seconds = Math.Round(r.Seconds, 1) })];
        var list = new JsonRecordedSuite(Schema, quick, interrupted, Math.Round(seconds, 1), rounded);
        WholeFile.Write(
            Path.Combine(folder.FullName, List),
            stream => JsonSerializer.Serialize(stream, list, CommandContracts.Default.JsonRecordedSuite));
    }

    /// <exception cref="SuiteFolderException">It is no folder of a suite, or of another version of ExitProf.</exception>
    public static SuiteSummary Read(DirectoryInfo folder)
    {
        string path = Path.Combine(folder.FullName, List);
        if (!File.Exists(path))
            throw new SuiteFolderException(
                $"{(ReportFiles.Shown(folder.FullName) is not "." and var shown ? shown : "The current folder")} has no {List}, so it is not a folder of exitprof suite"
            );
        JsonRecordedSuite list = ReadList(path);
        // Traces have findings and sentences of their own for what is wrong with them.
        return new SuiteSummary(
            [.. list.Rows.Select(r => Read(folder, ScenarioOf(r, path), r, list.Quick))], list.Quick, list.Seconds, list.Interrupted);
    }

    private static JsonRecordedSuite ReadList(string path)
    {
        string shown = ReportFiles.Shown(path), text = File.ReadAllText(path);
        try
        {
            if (JsonSerializer.Deserialize(text, CommandContracts.Default.JsonSchema) is { Schema: not Schema })
                throw new SuiteFolderException($"{shown} is of another version of ExitProf");
            JsonRecordedSuite? list = JsonSerializer.Deserialize(text, CommandContracts.Default.JsonRecordedSuite);
            if (list != null && list.Rows.All(CanBe)) return list;
        }
        catch (JsonException e) when (e.InnerException is JsonException)
        {
            // The reader's own complaint, about the form of the text.
            throw new SuiteFolderException($"{shown} is damaged in line {e.LineNumber + 1}");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // The sentence below says it.
        }
        throw new SuiteFolderException($"{shown} is damaged: something is missing in it, or is not of its kind");
    }

    private static bool CanBe(JsonRecordedRow? row) =>
        row is { File: null } || row is { File: { } file } && Path.GetFileName(file).Length > 0 && !file.Contains('\0');

    private static IScenario ScenarioOf(JsonRecordedRow row, string list)
    {
        IScenario? scenario = ScenarioCatalog.All.FirstOrDefault(s => s.Name == row.Scenario);
        return scenario != null && row.Run >= 0 && row.Run < scenario.SuiteRuns.Count
            ? scenario
            : throw new SuiteFolderException(
                $"{ReportFiles.Shown(list)} names a recording of '{VisibleText.Of(row.Scenario)}' that this version of ExitProf does not make"
            );
    }

    private static SuiteRow Read(DirectoryInfo folder, IScenario scenario, JsonRecordedRow entry, bool quick)
    {
        SuiteRun declared = scenario.SuiteRuns[entry.Run];
        TraceSummary? trace = null;
        if (entry.File is { } name)
        {
            string path = Path.Combine(folder.FullName, Path.GetFileName(name));
            var analysis = new TraceAnalysis();
            TraceReading reading = TraceReader.Read(path, analysis);
            trace = analysis.Summarise(Path.GetFileName(path), reading.Bytes, []);
            // Figures under another recording's heading would be compared with figures that were never theirs.
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
}

using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Reports.Charts.Png;

namespace ExitProf;

/// <summary><c>exitprof profile</c>: record, print the table, make the page. The main job in one command.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var command = new Command("profile", "Record a scenario, print its stage table, and make a page and a picture of it.\n\nExample: exitprof profile pio-out --seconds 5 -o pio-out");
        var arguments = new RecordingArguments(command);
        var output = new Option<DirectoryInfo?>("--output", "-o") { Description = "The folder for trace, page and picture." };
        command.Options.Add(output);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            RecordOptions options = arguments.Read(parsed);
            DirectoryInfo folder = parsed.GetValue(output) ?? new DirectoryInfo("exitprof-" + RecordingArguments.DefaultName(options));
            return Profile(options, folder, cancelled);
        }, CancellationToken.None));
        return command;
    }

    private static int Profile(RecordOptions options, DirectoryInfo folder, CancellationToken cancelled)
    {
        var trace = new FileInfo(Path.Combine(folder.FullName, options.Scenario.Name + ".nettrace"));
        var analysis = new TraceAnalysis();
        bool whole = RecordCommand.Record(options, trace, analysis, cancelled);
        trace.Refresh();
        IReadOnlyList<TraceSummary> summaries = [analysis.Summarise(trace.Name, trace.Length, [])];
        TextReport.Write(Console.Out, summaries, OutputFormat.Columns, OutputFormat.Colour);
        Console.WriteLine();
        Console.WriteLine($"trace    {ReportFiles.Shown(trace.FullName)}");
        Console.WriteLine($"page     {ReportFiles.Shown(ReportFiles.WritePage(folder, summaries))}");
        try
        {
            foreach (string picture in ReportFiles.WritePictures(folder, summaries)) Console.WriteLine($"picture  {ReportFiles.Shown(picture)}");
        }
        catch (PictureLibraryException e)
        {
            // The page holds the same drawing; only the PNG is missing.
            Console.Error.WriteLine("exitprof: no picture: " + e.Message);
        }
        return whole ? ExitCode.Done : ExitCode.Interrupted;
    }
}

using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf;

/// <summary><c>exitprof suite</c>: every experiment, one page and one JSON, with the published figures beside ours.</summary>
internal static class SuiteCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "A few exits of each, to see that everything works here: no figures." };
        var output = new Option<DirectoryInfo?>("--output", "-o") { Description = "The folder for page, JSON and traces." };
        var from = new Option<DirectoryInfo?>("--from") { Description = "Record nothing: make page and JSON again from the traces of this folder." };
        var command = new Command("suite", "Run every scenario as the classic texts did, and show the published figures beside those of this host.\n\nExample: exitprof suite -o suite") { quick, output, from };
        command.Validators.Add(r =>
        {
            if (r.GetResult(from) is { Implicit: false } && r.GetResult(quick) is { Implicit: false }) r.AddError("Give --quick or --from, not both.");
        });
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            DirectoryInfo folder = parsed.GetValue(output) ?? new DirectoryInfo($"exitprof-suite-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}");
            SuiteSummary suite = parsed.GetValue(from) is { } traces ? SuiteFolder.Read(traces) : new SuiteRecording(folder, parsed.GetValue(quick)).Run(cancelled);
            Show(suite, folder);
            return suite.Interrupted && parsed.GetValue(from) == null ? ExitCode.Interrupted : ExitCode.Done;
        }, CancellationToken.None));
        return command;
    }

    private static void Show(SuiteSummary suite, DirectoryInfo folder)
    {
        SuiteText.Write(Console.Out, suite, OutputFormat.Columns, OutputFormat.Colour);
        folder.Create();
        string page = Path.Combine(folder.FullName, "index.html"), json = Path.Combine(folder.FullName, "suite.json");
        using (var writer = new StreamWriter(page)) SuitePage.Write(writer, suite);
        using (FileStream stream = File.Create(json)) SuiteJson.Write(stream, suite);
        Console.WriteLine();
        Console.WriteLine($"page  {ReportFiles.Shown(page)}");
        Console.WriteLine($"json  {ReportFiles.Shown(json)}");
    }
}

using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof export</c>: the exits of a trace in the forms of other tools.</summary>
internal static class ExportCommand
{
    private const string OpenMetrics = "openmetrics";

    public static Command Create()
    {
        var trace = new Argument<FileInfo>("trace") { Description = "A .nettrace file." };
        var to = new Option<string>("--to") { Description = "The form of the result.", Required = true };
        to.AcceptOnlyFromAmong([.. TraceExport.Forms, OpenMetrics]);
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The file for the result; without it to stdout." };
        var command = new Command("export", "Write the exits of a trace in the form of another tool. Needs no KVM.\n\nExample: exitprof "
            + "export pio-out.nettrace --to csv -o exits.csv") { trace, to, output };
        command.SetAction(parsed =>
        {
            var console = CommandConsole.Of(parsed);
            FileInfo file = parsed.GetValue(trace)!;
            string form = parsed.GetValue(to)!;
            if (parsed.GetValue(output) is not { } target)
            {
                console.Write(stream => Write(file, form, stream));
                return ExitCode.Done;
            }
            // A file that is no trace leaves no result behind.
            using (var lazy = new LazyFileStream(target)) Write(file, form, lazy);
            console.Out.WriteLine(ReportFiles.Shown(target.FullName));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(FileInfo file, string form, Stream stream)
    {
        if (form != OpenMetrics)
        {
            TraceExport.Write(file.FullName, file.Name, form, stream);
            return;
        }
        TraceSummary summary = TraceFiles.Summarise(file.FullName);
        using var writer = new StreamWriter(stream, leaveOpen: true);
        OpenMetricsReport.Write(writer, summary);
    }
}

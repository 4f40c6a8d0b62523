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
        var traces = new Argument<FileInfo[]>("trace")
        {
            Description = "A .nettrace file; several of them go to a ClickHouse server only.",
            Arity = ArgumentArity.OneOrMore,
        };
        var to = new Option<string>("--to") { Description = "The form of the result.", Required = true };
        to.AcceptOnlyFromAmong([.. TraceExport.Forms, OpenMetrics, ClickHouseOptions.Form]);
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The file for the result; without it to stdout." };
        var clickHouse = new ClickHouseOptions();
        var command = new Command("export", "Write the exits of a trace in the form of another tool. Needs no KVM.")
        {
            traces, to, output,
        };
        foreach (Option option in clickHouse.All) command.Options.Add(option);
        command.WithExamples(
            "exitprof export delay.nettrace --to csv -o exits.csv",
            "exitprof export fleet/*.nettrace --to clickhouse --url http://localhost:8123");
        command.SetAction((parsed, cancelled) => Task.Run(
            () =>
            {
                var console = CommandConsole.Of(parsed);
                FileInfo[] files = parsed.GetValue(traces)!;
                string form = parsed.GetValue(to)!;
                FileInfo? target = parsed.GetValue(output);
                if (form == ClickHouseOptions.Form)
                {
                    if (target is not null) throw new UsageException("--to clickhouse writes no file: leave -o out.");
                    return clickHouse.Export(parsed, console, files, cancelled);
                }
                if (clickHouse.AreGiven(parsed))
                    throw new UsageException("--url, --cluster, --host-name and --states-only are options of --to clickhouse.");
                if (files.Length > 1) throw new UsageException($"--to {form} takes one trace, and {files.Length} were given.");
                return Export(console, files[0], form, target);
            },
            CancellationToken.None));
        return command;
    }

    private static int Export(CommandConsole console, FileInfo file, string form, FileInfo? target)
    {
        if (target is null)
        {
            console.Write(stream => Write(file, form, stream));
            return ExitCode.Done;
        }
        // A file that is no trace leaves no result behind.
        using (var lazy = new LazyFileStream(target)) Write(file, form, lazy);
        console.Out.WriteLine(ReportFiles.Shown(target.FullName));
        return ExitCode.Done;
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

using System.Collections.Immutable;
using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof crosscheck</c>: perf's answers about a recording and ours, row by row.</summary>
internal static class CrosscheckCommand
{
    public static Command Create()
    {
        var input = new Argument<FileInfo>("file") { Description = "A recording of perf record -e 'kvm:*' (perf.data)." };
        var format = new Option<string>("--format") { Description = "The form of the result.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command(
            "crosscheck",
            "Read a recording by perf kvm stat, by perf script and by ExitProf, and explain each difference. Exit code 3 if one is not explained."
        )
        {
            input, format,
        };
        command.WithExamples("exitprof crosscheck perf.data");
        command.SetAction((parsed, cancelled) => Task.Run(
            () => Check(parsed.GetValue(input)!, parsed.GetValue(format)!, CommandConsole.Of(parsed), cancelled), CancellationToken.None));
        return command;
    }

    private static int Check(FileInfo file, string format, CommandConsole console, CancellationToken cancelled)
    {
        var own = new LiveReasons();
        var progress = new ImportProgress(console, file.Exists ? file.Length : 0, cancelled);
        try
        {
            using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            ImportReading reading = TraceImport.Read(stream, file.Name, own, progress);
            if (reading.Format != ImportFormat.PerfData)
                throw new TraceFormatException($"{file.Name} is no perf.data: crosscheck asks perf about a recording of its own.");
        }
        finally
        {
            progress.Clear();
        }
        var perf = new PerfTool(file.FullName, cancelled);
        LiveReasons? table = perf.Table(), text = perf.Text();
        ImmutableArray<CrosscheckRow> rows = Crosscheck.Of(table, text, own);
        if (format == "json") console.Write(stream => CrosscheckReport.WriteJson(stream, file.Name, rows, perf.Trouble));
        else CrosscheckReport.Write(console.Out, rows, perf.Trouble, console.Columns, console.Colour);
        return rows.All(r => r.IsExplained) ? ExitCode.Done : ExitCode.Failed;
    }
}

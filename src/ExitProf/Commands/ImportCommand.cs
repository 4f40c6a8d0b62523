using System.CommandLine;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof import</c>: a recording of another tool into a trace.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("file")
        {
            Description = "The recording; - reads stdin. What it is, its first bytes say, not its name.",
        };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The trace; a file of that name is kept as NAME.old." };
        var command = new Command(
            "import",
            "Turn a recording of perf, trace-cmd or ftrace into a trace (.nettrace). Needs no KVM."
        )
        {
            input,
            output,
        };
        command.WithExamples("exitprof import perf.data -o perf.nettrace", "perf script | exitprof import - -o script.nettrace");
        command.SetAction(
            (parsed, cancelled) =>
                Task.Run(
                    () => Import(CommandConsole.Of(parsed), parsed.GetValue(input)!, parsed.GetValue(output), cancelled),
                    CancellationToken.None
                )
        );
        return command;
    }

    private static int Import(CommandConsole console, string input, FileInfo? file, CancellationToken cancelled)
    {
        file ??= new FileInfo($"{TraceImport.Scenario}-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}.nettrace");
        bool fromStdin = input == "-";
        using Stream stream = fromStdin ? Console.OpenStandardInput()
            : new FileStream(input, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var progress = new ImportProgress(console, fromStdin || !stream.CanSeek ? 0 : stream.Length, cancelled);
        ImportReading reading;
        using (var trace = new LazyTraceFile(file))
        {
            try
            {
                reading = TraceImport.Read(stream, fromStdin ? "stdin" : input, trace, progress);
            }
            finally
            {
                progress.Clear();
            }
        }
        foreach (Finding finding in reading.Findings) console.Note($"{finding.Severity.Name()}: {finding.Text}");
        console.Out.WriteLine(ReportFiles.Shown(file.FullName));
        return ExitCode.Done;
    }
}

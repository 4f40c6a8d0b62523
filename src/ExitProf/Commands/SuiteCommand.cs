using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof suite</c>: every experiment, one page and one JSON, with the published figures beside ours.</summary>
internal static class SuiteCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "A few exits of each, to see that everything works here: no figures." };
        var output = new Option<DirectoryInfo?>("--output", "-o") { Description = "The folder for page, JSON and traces." };
        var from = new Option<DirectoryInfo?>("--from")
        {
            Description = "Record nothing: make page and JSON again from the traces of this folder.",
        };
        var format = new Option<string>("--format")
        {
            Description = "What is printed: what came of it, every row, or the JSON. Page and JSON are files in any case.",
            DefaultValueFactory = _ => "summary",
        };
        format.AcceptOnlyFromAmong("summary", "text", "json");
        var command = new Command(
            "suite",
            "Run every scenario as the classic texts did, and show the published figures beside those of this host; on several kernels: the history of their exits."
        )
        {
            quick,
            output,
            from,
            format,
        };
        command.Validators.Add(r =>
        {
            if (r.GetResult(from) is { Implicit: false } && r.GetResult(quick) is { Implicit: false })
                r.AddError("Give --quick or --from, not both.");
        });
        command.WithExamples("exitprof suite -o suite", "exitprof suite --kernel debian:6.1,debian:6.12 -o history");
        var hosts = new HostOptions(command, many: true);
        command.SetAction(
            (parsed, cancelled) =>
                Task.Run(
                    () =>
                    {
                        var console = CommandConsole.Of(parsed);
                        DirectoryInfo folder =
                            parsed.GetValue(output) ?? new DirectoryInfo($"exitprof-suite-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}");
                        if (parsed.GetValue(from) is { } kernels ? KernelSuite.IsOne(kernels) : hosts.SeveralKernels(parsed).Count > 0)
                        {
                            if (parsed.GetValue(quick)) throw new UsageException("--quick is for one host, not for a history of kernels.");
                            KernelHistory history = Kernels(hosts, parsed, parsed.GetValue(from), folder, console, cancelled);
                            ShowKernels(console, history, folder, parsed.GetValue(format) == "json");
                            return ExitCode.Done;
                        }
                        SuiteSummary suite = parsed.GetValue(from) is { } traces
                            ? SuiteFolder.Read(traces)
                            : Record(hosts.Choose(parsed, cancelled), folder, parsed.GetValue(quick), console, cancelled);
                        Show(console, suite, folder, parsed.GetValue(format)!);
                        return suite.Interrupted && parsed.GetValue(from) == null ? ExitCode.Interrupted : ExitCode.Done;
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static KernelHistory Kernels(
        HostOptions hosts, ParseResult parsed, DirectoryInfo? from, DirectoryInfo folder, CommandConsole console,
        CancellationToken cancelled) =>
        from != null ? KernelSuite.Read(from)
            : new KernelSuite(folder, console).Record(
                hosts.SeveralKernels(parsed), RecordingPace.Of(hosts.Offered(parsed)), k => hosts.CreateFor(parsed, k, cancelled),
                cancelled);

    private static void ShowKernels(CommandConsole console, KernelHistory history, DirectoryInfo folder, bool asJson)
    {
        if (!asJson) KernelHistoryText.Write(console.Out, history, console.Columns, console.Colour);
        folder.Create();
        string page = Path.Combine(folder.FullName, "index.html"), json = Path.Combine(folder.FullName, "history.json");
        WholeFile.WriteText(page, writer => KernelHistoryPage.Write(writer, history));
        WholeFile.Write(json, stream => KernelHistoryJson.Write(stream, history));
        if (asJson) console.Write(stream => KernelHistoryJson.Write(stream, history));
        else NameFiles(console, page, json);
    }

    private static SuiteSummary Record(
        EmulatedHost? emulated, DirectoryInfo folder, bool quick, CommandConsole console, CancellationToken cancelled)
    {
        using ISuiteHost host = emulated == null
            ? new LocalSuiteHost(SuiteRecording.Plan().Select(p => p.Run), quick, console)
            : new EmulatedSuiteHost(emulated, quick, console);
        return new SuiteRecording(folder, quick, console).Run(host, cancelled);
    }

    private static void Show(CommandConsole console, SuiteSummary suite, DirectoryInfo folder, string format)
    {
        if (format != "json") SuiteText.Write(console.Out, suite, console.Columns, console.Colour, everyRow: format == "text");
        folder.Create();
        string page = Path.Combine(folder.FullName, "index.html"), json = Path.Combine(folder.FullName, "suite.json");
        WholeFile.WriteText(page, writer => SuitePage.Write(writer, suite));
        WholeFile.Write(json, stream => SuiteJson.Write(stream, suite));
        if (format == "json") console.Write(stream => SuiteJson.Write(stream, suite));
        else NameFiles(console, page, json);
    }

    private static void NameFiles(CommandConsole console, string page, string json)
    {
        console.Out.WriteLine();
        console.Out.WriteLine($"page  {ReportFiles.Shown(page)}");
        console.Out.WriteLine($"json  {ReportFiles.Shown(json)}");
    }
}

using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof profile</c>: record, print the table, make the page. The main job in one command.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var command = new Command(
            "profile",
            "Record a scenario, print its stage table, and make a page and pictures of it."
        ).WithExamples("exitprof profile pio-out -o pio-out");
        var arguments = new RecordingArguments(command);
        var output = new Option<DirectoryInfo?>("--output", "-o") { Description = "The folder for trace, page and picture." };
        command.Options.Add(output);
        var hosts = new HostOptions(command, records: true);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            EmulatedHost? host = hosts.Choose(parsed, cancelled);
            SweepOptions options = arguments.Read(parsed, host != null) with { Functions = host == null && hosts.Functions(parsed) };
            DirectoryInfo folder = parsed.GetValue(output) ?? new DirectoryInfo("exitprof-" + RecordingArguments.DefaultName(options));
            return Profile(host, hosts.Functions(parsed), options, folder, CommandConsole.Of(parsed), cancelled);
        }, CancellationToken.None));
        return command;
    }

    private static int Profile(
        EmulatedHost? host,
        bool functions,
        SweepOptions options,
        DirectoryInfo folder,
        CommandConsole console,
        CancellationToken cancelled
    )
    {
        var trace = new FileInfo(Path.Combine(folder.FullName, options.Scenario.Name + ".nettrace"));
        (TraceSummary summary, bool whole) =
            host == null ? OnThisMachine(options, trace, console, cancelled) : InHost(host, functions, options, trace, console);
        IReadOnlyList<TraceSummary> summaries = [TraceFiles.WithTimeline(summary, trace.FullName)];
        Task<IReadOnlyList<string>> pictures = Task.Run(() => ReportFiles.WritePng(folder, summaries), CancellationToken.None);
        Task<string> page = Task.Run(() => ReportFiles.WritePage(folder, summaries), CancellationToken.None);
        TextReport.Write(console.Out, summaries, console.Columns, console.Colour);
        console.Out.WriteLine();
        console.Out.WriteLine($"trace    {ReportFiles.Shown(trace.FullName)}");
        console.Out.WriteLine($"page     {ReportFiles.Shown(page.GetAwaiter().GetResult())}");
        foreach (string picture in pictures.GetAwaiter().GetResult()) console.Out.WriteLine($"picture  {ReportFiles.Shown(picture)}");
        return whole ? ExitCode.Done : ExitCode.Interrupted;
    }

    /// <summary>Analyses while it records.</summary>
    private static (TraceSummary Summary, bool Whole) OnThisMachine(
        SweepOptions options,
        FileInfo trace,
        CommandConsole console,
        CancellationToken cancelled
    )
    {
        var analysis = new TraceAnalysis();
        var progress = new ProgressLine(console);
        bool whole;
        using (var file = new LazyTraceFile(trace))
        {
            try
            {
                whole = SweepRecording.Record(options, new TeeSink(file, analysis), progress, cancelled);
            }
            finally
            {
                progress.Clear();
            }
        }
        trace.Refresh();
        return (analysis.Summarise(trace.Name, trace.Length, []), whole);
    }

    private static (TraceSummary Summary, bool Whole) InHost(
        EmulatedHost host,
        bool functions,
        SweepOptions options,
        FileInfo trace,
        CommandConsole console
    )
    {
        using (new ReportRehearsal()) HostRecording.Record(host, options, trace, console, functions);
        return (TraceFiles.Summarise(trace.FullName), true);
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof attach</c>: the exits of a machine that already runs, by reason, into a table and a trace.</summary>
internal static class AttachCommand
{
    public static Command Create()
    {
        var pid = new Argument<int?>("pid")
        {
            Description = "The process of the VMM: QEMU, Firecracker, any.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var vm = new Option<string?>("--vm") { Description = "In place of a pid: the name that its VMM was given, or the process's." };
        var all = new Option<bool>("--all") { Description = "In place of a pid: all virtual machines of this host." };
        var seconds = NumberOption.Create("--seconds", "How long; without it until Ctrl-C or the end of the machine.", 0.01, 1e6,
            "a number of seconds above 0");
        var top = new Option<bool>("--top") { Description = "Show each second what the machines do, by share of time." };
        var syscalls = new Option<bool>("--syscalls")
        {
            Description = "Also record where KVM_RUN returns and is called; slows down every process of the host while it lasts.",
        };
        var rip = new Option<bool>("--rip") { Description = "Tell exits without port, MSR or page apart by the guest's instruction." };
        var format = new Option<string>("--format") { Description = "The form of the result on stdout.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "markdown");
        var page = new Option<DirectoryInfo?>("--page") { Description = "Also make a page in this folder." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The trace; a file of that name is kept as NAME.old." };
        var command = new Command(
            "attach",
            "Record the exits of a virtual machine that already runs, without stopping it, and print them by reason."
        )
        {
            pid, vm, all, seconds, top, syscalls, rip, format, page, output,
        };
        command.WithExamples("exitprof attach --vm web --seconds 10 -o web.nettrace", "exitprof attach --all --top");
        var files = new LongRecordingOptions(command);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            var options = new AttachOptions(Machines(parsed.GetValue(pid), parsed.GetValue(vm), parsed.GetValue(all)))
            {
                Duration = parsed.GetValue(seconds) is { } n ? TimeSpan.FromSeconds(n) : null,
                Syscalls = parsed.GetValue(syscalls),
                ByRip = parsed.GetValue(rip),
            };
            FileInfo file = parsed.GetValue(output)
                ?? new FileInfo($"{AttachRecording.Scenario}-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}.nettrace");
            // The machine runs on while a block would wait.
            using RecordingFile trace = files.Open(parsed, file, vcpu: null, TimeSpan.Zero);
            var console = CommandConsole.Of(parsed);
            bool whole = parsed.GetValue(top) ? Watch(options, trace, console, cancelled) : Record(options, trace, console, cancelled);
            trace.Dispose();
            if (files.Rotates(parsed)) foreach (FileInfo part in trace.Files) console.Out.WriteLine(ReportFiles.Shown(part.FullName));
            else Print(trace.Files, (parsed.GetValue(page), parsed.GetValue(format)!), console);
            // Without a time it is Ctrl-C that ends a recording.
            return whole || options.Duration == null ? ExitCode.Done : ExitCode.Interrupted;
        }, CancellationToken.None));
        return command;
    }

    private static ImmutableArray<RunningVm> Machines(int? pid, string? vm, bool all) => (pid, vm, all) switch
    {
        ({ } id, null, false) => [RunningVms.Find(id)],
        (null, { } name, false) => [RunningVms.Find(name)],
        (null, null, true) => RunningVms.All(),
        _ => throw new UsageException("attach takes one of a process id, --vm NAME and --all."),
    };

    private static void Print(IReadOnlyList<FileInfo> files, (DirectoryInfo? Page, string Format) form, CommandConsole console)
    {
        IReadOnlyList<TraceSummary> summaries = TraceFiles.Summarise([.. files.Select(f => f.FullName)]);
        if (form.Format == "json") console.Write(stream => JsonReport.Write(stream, summaries));
        else if (form.Format == "markdown") MarkdownReport.Write(console.Out, summaries);
        else TextReport.Write(console.Out, summaries, console.Columns, console.Colour);
        // The form of a program stays whole on stdout.
        Action<string> say = form.Format == "text" ? console.Out.WriteLine : console.Note;
        say("");
        foreach (FileInfo file in files) say($"trace    {ReportFiles.Shown(file.FullName)}");
        if (form.Page != null) say($"page     {ReportFiles.Shown(ReportFiles.WritePage(form.Page, summaries))}");
    }

    private static bool Record(AttachOptions options, RecordingFile trace, CommandConsole console, CancellationToken cancelled)
    {
        var progress = new ProgressLine(console);
        try
        {
            return AttachRecording.Record(options, trace, progress, cancelled);
        }
        finally
        {
            progress.Clear();
        }
    }

    private static bool Watch(AttachOptions options, RecordingFile trace, CommandConsole console, CancellationToken cancelled)
    {
        var view = new TopView(console);
        return AttachRecording.Record(options, new TeeSink(trace, view.Reasons), view, cancelled);
    }
}

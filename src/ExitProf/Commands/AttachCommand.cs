using System.Collections.Immutable;
using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;

namespace ExitProf;

/// <summary><c>exitprof attach</c>: the exits of a machine that already runs, by reason, into a table and a trace.</summary>
internal static class AttachCommand
{
    public static Command Create()
    {
        var pid = new Argument<int?>("pid") { Description = "The process of the VMM: QEMU, Firecracker, any.", Arity = ArgumentArity.ZeroOrOne };
        var vm = new Option<string?>("--vm") { Description = "In place of a pid: what its VMM was told to call it, or the process's name." };
        var all = new Option<bool>("--all") { Description = "In place of a pid: all virtual machines of this host." };
        var seconds = NumberOption.Create("--seconds", "How long; without it until Ctrl-C or the end of the machine.", 0.01, 1e6,
            "a number of seconds above 0");
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
            "Record the exits of a virtual machine that already runs, without stopping it, and print them by reason.\n\n"
                + "Example: exitprof attach --vm web --seconds 10 -o web.nettrace"
        )
        {
            pid, vm, all, seconds, syscalls, rip, format, page, output,
        };
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
            return Attach(options, file, parsed.GetValue(page), parsed.GetValue(format)!, CommandConsole.Of(parsed), cancelled);
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

    private static int Attach(
        AttachOptions options, FileInfo file, DirectoryInfo? page, string format, CommandConsole console, CancellationToken cancelled)
    {
        var progress = new ProgressLine(console);
        bool whole;
        using (var trace = new LazyTraceFile(file))
        {
            try
            {
                whole = AttachRecording.Record(options, trace, progress, cancelled);
            }
            finally
            {
                progress.Clear();
            }
        }
        IReadOnlyList<TraceSummary> summaries = [TraceFiles.Summarise(file.FullName)];
        if (format == "json") console.Write(stream => JsonReport.Write(stream, summaries));
        else if (format == "markdown") MarkdownReport.Write(console.Out, summaries);
        else TextReport.Write(console.Out, summaries, console.Columns, console.Colour);
        // The form of a program stays whole on stdout.
        Action<string> say = format == "text" ? console.Out.WriteLine : console.Note;
        say($"\ntrace    {ReportFiles.Shown(file.FullName)}");
        if (page != null) say($"page     {ReportFiles.Shown(ReportFiles.WritePage(page, summaries))}");
        // Without a time it is Ctrl-C that ends a recording.
        return whole || options.Duration == null ? ExitCode.Done : ExitCode.Interrupted;
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary><c>exitprof run</c>: somebody's own multiboot guest in our VMM, its exits by reason next to what it prints.</summary>
internal static class RunCommand
{
    private const long DefaultExits = 200;
    private const double DefaultSeconds = 60;

    /// <summary>
    /// Seconds of CPU time that an emulator takes for a second of its guest's clock, where the guest only makes exits: some 15 were
    /// measured (reports/docs/run.md), and this is to be an upper bound.
    /// </summary>
    private const double EmulatedSlowness = 20;

    public static Command Create()
    {
        var guest = new Argument<FileInfo>("guest") { Description = "A multiboot guest: kvm-unit-tests' .flat files, and others." };
        var args = new Option<string>("--args")
        {
            Description = "The guest's arguments, as one text: \"cpuid inl_from_qemu\" names two tests of vmexit.flat.",
            DefaultValueFactory = _ => "",
        };
        var exits = NumberOption.Create<long>("--exits",
            $"Keep this many exits of each reason whole and further ones by their ends ({DefaultExits}); 0 records none and runs once.",
            0, 1_000_000, "a whole number from 0 to 1000000");
        var seconds = NumberOption.Create("--seconds",
            $"Stop the guest after this much CPU time of its vCPU ({DefaultSeconds:0}); in an emulated host by its clock, a second of which is "
            + "10^9 instructions.",
            0.001, 86_400, "a number from 0.001 to 86400");
        var format = new Option<string>("--format") { Description = "The form of the result on stdout.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "markdown");
        var page = new Option<DirectoryInfo?>("--page") { Description = "Also make a page in this folder." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The trace; a file of that name is kept as NAME.old." };
        var command = new Command(
            "run",
            "Boot a multiboot guest of your own in our VMM: first as it is, so that what it prints is its own, then with all exits recorded."
        )
        {
            guest, args, exits, seconds, format, page, output,
        };
        command.WithExamples("exitprof run vmexit.flat --args 'cpuid inl_from_qemu' -o vmexit.nettrace");
        var hosts = new HostOptions(command);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            FileInfo file = parsed.GetValue(guest)!;
            var options = new BootOptions(Image(file), file.Name, parsed.GetValue(args)!)
            {
                Exits = parsed.GetValue(exits) ?? DefaultExits,
                Limit = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? DefaultSeconds),
            };
            EmulatedHost? host = hosts.Choose(parsed, BootRecording.Trouble, cancelled);
            if (host == null && BootRecording.Trouble is { } trouble)
                throw new GuestException($"The guest cannot run here: {trouble}. Leave out --host local: an emulated host runs it.");
            FileInfo trace = parsed.GetValue(output)
                ?? new FileInfo($"{Path.GetFileNameWithoutExtension(file.Name)}-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}.nettrace");
            return Run(host, options, trace, (parsed.GetValue(page), parsed.GetValue(format)!), CommandConsole.Of(parsed), cancelled);
        }, CancellationToken.None));
        return command;
    }

    /// <summary>The file, whose form is checked before a machine is started.</summary>
    private static byte[] Image(FileInfo file)
    {
        using FileStream stream = file.OpenRead();
        // A byte more than is taken tells a file that is too long, also where a device has no end.
        byte[] image = new byte[MultibootImage.MostBytes + 1];
        int read = stream.ReadAtLeast(image, image.Length, throwOnEndOfStream: false);
        Array.Resize(ref image, read);
        _ = MultibootImage.Parse(image, MultibootGuest.MemoryBytes);
        return image;
    }

    private static int Run(
        EmulatedHost? host, BootOptions options, FileInfo trace, (DirectoryInfo? Page, string Format) form, CommandConsole console,
        CancellationToken cancelled)
    {
        // The form of a program stays whole on stdout.
        Action<string> say = form.Format == "text" ? console.Out.WriteLine : console.Note;
        SayTime(host, options, console);
        BootedRun own = Boot(host, options, null, console, cancelled);
        Print(options, own, say);
        if (options.Exits == 0 || own.End.Kind == GuestEndKind.Cancelled) return Code(own);
        BootedRun recorded = Boot(host, options, trace, console, cancelled);
        if (recorded.End.Kind != own.End.Kind) say($"recorded: {VisibleText.Of(recorded.End.Sentence)}");
        IReadOnlyList<TraceSummary> summaries = [TraceFiles.Summarise(trace.FullName)];
        if (form.Format == "json") console.Write(stream => JsonReport.Write(stream, summaries));
        else if (form.Format == "markdown") MarkdownReport.Write(console.Out, summaries);
        else TextReport.Write(console.Out, summaries, console.Columns, console.Colour);
        say($"\ntrace    {ReportFiles.Shown(trace.FullName)}");
        if (form.Page != null) say($"page     {ReportFiles.Shown(ReportFiles.WritePage(form.Page, summaries))}");
        return Math.Max(Code(own), Code(recorded));
    }

    /// <summary>How long it can take at most, before it begins.</summary>
    private static void SayTime(EmulatedHost? host, BootOptions options, CommandConsole console)
    {
        int runs = options.Exits == 0 ? 1 : 2;
        double minutes = runs * options.Limit.TotalMinutes * (host == null ? 1 : EmulatedSlowness);
        console.Note(string.Create(CultureInfo.InvariantCulture,
            $"exitprof: runs {VisibleText.Of(options.Name)} {(runs == 1 ? "once" : "twice, the second time recorded")}: at most {minutes:0.#} minutes (--seconds)")
            + (host == null ? "" : "; each test of vmexit.flat takes about a minute a run"));
    }

    /// <param name="trace">Takes the exits; null records none.</param>
    private static BootedRun Boot(
        EmulatedHost? host, BootOptions options, FileInfo? trace, CommandConsole console, CancellationToken cancelled)
    {
        var progress = new ProgressLine(console);
        try
        {
            if (trace == null)
            {
                return host == null ? BootRecording.Play(options, progress, cancelled)
                    : BootedGuest.Run(host, options, record: false, progress).Run;
            }
            if (host == null) return Record(options, trace, progress, console, cancelled);
            (BootedRun run, byte[]? exits) = BootedGuest.Run(host, options, record: true, progress);
            using var sink = new LazyTraceFile(trace);
            TraceReader.Read(new MemoryStream(exits!), "the emulated host's trace", sink);
            return run;
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>Records here; the kernel's buffers hold 50 ms, so that who reads them must not wait for a disk.</summary>
    private static BootedRun Record(
        BootOptions options, FileInfo trace, ProgressLine progress, CommandConsole console, CancellationToken cancelled)
    {
        // The guest runs on while a block would wait.
        using var file = new RecordingFile(trace, BootRecording.Cpu, TimeSpan.Zero, console.Note);
        BootedRun run = BootRecording.Record(options, file, progress, cancelled);
        // What the disk says at the end is said before the guest's own end.
        file.Dispose();
        return run;
    }

    private static void Print(BootOptions options, BootedRun run, Action<string> say)
    {
        say($"{VisibleText.Of(options.CommandLine)} prints:");
        foreach (string line in Encoding.UTF8.GetString(run.Output.AsSpan()).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            say("  " + VisibleText.Of(line));
        say(VisibleText.Of(run.End.Sentence) + Counted(run));
        say("");
    }

    private static string Counted(BootedRun run)
    {
        if (run.Exits is not { } exits) return "";
        long left = run.Counters.GetValueOrDefault("fpu_reload");
        return string.Create(CultureInfo.InvariantCulture, $" KVM counted {exits:N0} exits; KVM_RUN returned {left:N0} times.");
    }

    private static int Code(BootedRun run) =>
        run.End.IsByItself ? ExitCode.Done : run.End.Kind == GuestEndKind.Cancelled ? ExitCode.Interrupted : ExitCode.World;
}

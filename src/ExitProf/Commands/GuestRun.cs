using System.CommandLine;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// Runs one command inside an emulated host: the same recorder as anywhere, with the trace handed back and not left in a file.
/// </summary>
internal static class GuestRun
{
    /// <summary>What the command line puts before each of its sentences; it is put there again outside.</summary>
    private const string Prefix = "exitprof: ";

    /// <summary>
    /// The vCPU threads and the ring buffer of the usual events, made by the first warm-up and kept with the machine: the folder of a ring
    /// buffer is some thousand files of the kernel's, and each restored copy would make and remove them.
    /// </summary>
    private static readonly Lazy<RecordingHost> Kept = new(() => new RecordingHost());

    public static HostResult Run(string[] arguments, IProgress<HostProgress> progress)
    {
        using StringWriter output = new(), error = new();
        string folder = Path.Combine(Path.GetTempPath(), "run");
        Directory.CreateDirectory(folder);
        var trace = new FileInfo(Path.Combine(folder, GuestWords.TraceName));
        try
        {
            var root = new RootCommand { Record(trace, progress), Diagnose(), Symbols(), AttachTrialCommand.CreateInside(trace),
                BootedGuest.CreateInside(trace, new Steps(progress)) };
            int code = CommandLine
                .RunAsync(root, arguments, new InvocationConfiguration { Output = output, Error = error })
                .GetAwaiter()
                .GetResult();
            trace.Refresh();
            var files = new Dictionary<string, byte[]>();
            if (trace.Exists) files[GuestWords.TraceName] = File.ReadAllBytes(trace.FullName);
            if (arguments is [GuestWords.SymbolsCommand]) files[GuestWords.SymbolsName] = File.ReadAllBytes("/proc/" + GuestWords.SymbolsName);
            string said = error.ToString().Trim();
            return new HostResult(
                code,
                output.ToString(),
                said.StartsWith(Prefix, StringComparison.Ordinal) ? said[Prefix.Length..] : said,
                files
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The checks as JSON: what shows them is outside.</summary>
    private static Command Diagnose()
    {
        var command = new Command("doctor");
        command.SetAction(parsed => CommandConsole.Of(parsed).Write(stream => HostChecks.Write(stream, Doctor.Examine())));
        return command;
    }

    /// <summary>Its result is a file.</summary>
    private static Command Symbols()
    {
        var command = new Command(GuestWords.SymbolsCommand);
        command.SetAction(_ => ExitCode.Done);
        return command;
    }

    private static Command Record(FileInfo trace, IProgress<HostProgress> progress)
    {
        var command = new Command("record");
        var arguments = new RecordingArguments(command);
        var facts = new Option<string[]>(GuestWords.FactOption);
        command.Options.Add(facts);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            SweepOptions options = arguments.Read(parsed) with
            {
                Unit = ClockUnit.Instructions,
                Facts = GuestWords.Facts(parsed.GetValue(facts)),
            };
            using var file = new LazyTraceFile(trace);
            RecordingHost? kept = options.Events == EventSet.Full ? Kept.Value : null;
            return SweepRecording.Record(options, file, new Steps(progress), cancelled, kept) ? ExitCode.Done : ExitCode.Interrupted;
        }, CancellationToken.None));
        return command;
    }

    /// <summary>At most ten a second of the guest's clock: each is written over an emulated serial line.</summary>
    private sealed class Steps(IProgress<HostProgress> progress) : IProgress<RecordingProgress>
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
        private DateTime last;

        public void Report(RecordingProgress value)
        {
            DateTime now = DateTime.UtcNow;
            if (now - last < Interval) return;
            last = now;
            progress.Report(new HostProgress(value.Share, value.Exits, value.Doing));
        }
    }
}

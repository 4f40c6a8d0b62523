using System.CommandLine;
using ExitProf.Hosts;
using ExitProf.Linux;
using ExitProf.Recording;

namespace ExitProf;

/// <summary><c>exitprof record</c>: a scenario into a trace.</summary>
internal static class RecordCommand
{
    /// <summary>Between blocks the guest stands still: waiting for a disk loses nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command(
            "record",
            "Run a scenario on /dev/kvm, or in an emulated host, and write its exits to a trace (.nettrace)."
        ).WithExamples(
            "exitprof record pio-out --seconds 5 -o before.nettrace",
            "exitprof record pio-out --set device-delay=0,2000 -o delay.nettrace");
        var arguments = new RecordingArguments(command);
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The trace; a file of that name is kept as NAME.old." };
        command.Options.Add(output);
        var files = new LongRecordingOptions(command);
        var hosts = new HostOptions(command, records: true);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            // Before a machine is fetched and booted.
            if (files.Given(parsed) && hosts.IsEmulated(parsed))
                throw new UsageException("--rotate and --keep are for recordings on this machine (--host local).");
            EmulatedHost? host = hosts.Choose(parsed, cancelled);
            SweepOptions options = arguments.Read(parsed, host != null) with { Functions = host == null && hosts.Functions(parsed) };
            FileInfo file = parsed.GetValue(output) ?? new FileInfo(RecordingArguments.DefaultName(options) + ".nettrace");
            var console = CommandConsole.Of(parsed);
            bool whole = true;
            IReadOnlyList<FileInfo> written = [file];
            if (host == null)
            {
                using RecordingFile trace = files.Open(parsed, file, options.Cpu ?? CpuSet.Allowed()[^1], Patience);
                whole = Record(options, trace, console, cancelled);
                trace.Dispose();
                written = trace.Files;
            }
            else HostRecording.Record(host, options, file, console, hosts.Functions(parsed));
            foreach (FileInfo trace in written) console.Out.WriteLine(ReportFiles.Shown(trace.FullName));
            return whole ? ExitCode.Done : ExitCode.Interrupted;
        }, CancellationToken.None));
        return command;
    }

    private static bool Record(SweepOptions options, RecordingFile trace, CommandConsole console, CancellationToken cancelled)
    {
        var progress = new ProgressLine(console);
        try
        {
            return SweepRecording.Record(options, trace, progress, cancelled);
        }
        finally
        {
            progress.Clear();
        }
    }
}

using System.CommandLine;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary><c>exitprof record</c>: a scenario into a trace.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        var command = new Command(
            "record",
            "Run a scenario on /dev/kvm, or in an emulated host, and write its exits to a trace (.nettrace).\n\nExample: exitprof record pio-out --seconds 5 --set device-delay=0,2000 -o delay.nettrace"
        );
        var arguments = new RecordingArguments(command);
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The trace; a file of that name is kept as NAME.old." };
        command.Options.Add(output);
        var hosts = new HostOptions(command, records: true);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            EmulatedHost? host = hosts.Choose(parsed, cancelled);
            SweepOptions options = arguments.Read(parsed, host != null);
            FileInfo file = parsed.GetValue(output) ?? new FileInfo(RecordingArguments.DefaultName(options) + ".nettrace");
            var console = CommandConsole.Of(parsed);
            bool whole = true;
            if (host != null) HostRecording.Record(host, options, file, console, hosts.Functions(parsed));
            else whole = Record(options, file, console, cancelled);
            console.Out.WriteLine(file.Name == file.FullName ? file.Name : Path.GetRelativePath(".", file.FullName));
            return whole ? ExitCode.Done : ExitCode.Interrupted;
        }, CancellationToken.None));
        return command;
    }

    private static bool Record(SweepOptions options, FileInfo file, CommandConsole console, CancellationToken cancelled)
    {
        var progress = new ProgressLine(console);
        using var trace = new LazyTraceFile(file);
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

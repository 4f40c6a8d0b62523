using System.CommandLine;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof record</c>: a scenario into a trace.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        var command = new Command("record", "Run a scenario on /dev/kvm, or in an emulated host, and write its exits to a trace (.nettrace).\n\nExample: exitprof record pio-out --seconds 5 --set device-delay=0,2000 -o delay.nettrace");
        var arguments = new RecordingArguments(command);
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The trace; a file of that name is kept as NAME.old." };
        command.Options.Add(output);
        var hosts = new HostOptions(command);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            EmulatedHost? host = hosts.Choose(parsed, cancelled);
            RecordOptions options = arguments.Read(parsed, host != null);
            FileInfo file = parsed.GetValue(output) ?? new FileInfo(RecordingArguments.DefaultName(options) + ".nettrace");
            var console = CommandConsole.Of(parsed);
            bool whole = true;
            if (host != null) HostRecording.Record(host, options, file, console);
            else whole = Record(options, file, null, console, cancelled);
            console.Out.WriteLine(file.Name == file.FullName ? file.Name : Path.GetRelativePath(".", file.FullName));
            return whole ? ExitCode.Done : ExitCode.Interrupted;
        }, CancellationToken.None));
        return command;
    }

    /// <summary>Records into the file and, at the same time, into another reader if there is one.</summary>
    /// <returns>False if it was interrupted.</returns>
    public static bool Record(RecordOptions options, FileInfo file, ITraceSink? alsoTo, CommandConsole console, CancellationToken cancelled)
    {
        var progress = new ProgressLine(console);
        // The settings are checked before a file is made or an old one moved.
        _ = SettingValues.Sweep(options.Scenario, options.Assignments);
        var lazy = new LazyTraceFile(file);
        try
        {
            return Recorder.Record(options, alsoTo == null ? lazy : new TeeSink(lazy, alsoTo), progress, cancelled);
        }
        finally
        {
            progress.Clear();
            lazy.Dispose();
        }
    }
}

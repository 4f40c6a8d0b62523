using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>
/// Boots a guest inside an emulated host. Its image goes in with the command; what it wrote, how it ended and the trace come back, and are
/// not trusted.
/// </summary>
internal static class BootedGuest
{
    private const string Name = "run";
    private const string Image = "--image";
    private const string GuestName = "--name";
    private const string Arguments = "--args";
    private const string Exits = "--exits";
    private const string Seconds = "--seconds";
    private const int Schema = 1;

    /// <summary>Runs the guest in the host.</summary>
    /// <param name="record">Whether its exits are recorded.</param>
    /// <returns>What came of it, and its trace if it was recorded.</returns>
    /// <exception cref="GuestRefusedException">It could not be run, with the message that it would have here.</exception>
    /// <exception cref="HostException">The host returned rubbish.</exception>
    public static (BootedRun Run, byte[]? Trace) Run(EmulatedHost host, BootOptions options, bool record, ProgressLine progress)
    {
        // Joined by "=", what begins with a dash is a value all the same; an empty text would be none.
        string[] more = options.Arguments.Length > 0 ? [$"{Arguments}={options.Arguments}"] : [];
        string[] arguments =
        [
            Name, Image, Convert.ToBase64String(options.Image.Span), $"{GuestName}={options.Name}",
            .. more, Exits, (record ? options.Exits : 0).ToString(CultureInfo.InvariantCulture),
            Seconds, options.Limit.TotalSeconds.ToString("R", CultureInfo.InvariantCulture), .. HostRecording.FactOptions(host),
        ];
        HostResult result = host.Run(arguments, p => progress.Report(new RecordingProgress(p.Share, p.Doing, p.Exits)));
        if (result.ExitCode != ExitCode.Done) throw new GuestRefusedException(result.Error, result.ExitCode);
        byte[]? trace = GuestWords.Trace(result);
        if (record && trace == null) throw new HostException("The emulated host returned no trace: run it again.");
        return (Read(result.Output), trace == null ? null : OutsideFacts.Add(trace, host.Emulator, functions: null));
    }

    /// <summary>Its form inside an emulated host.</summary>
    public static Command CreateInside(FileInfo trace, IProgress<RecordingProgress> progress)
    {
        Option<string> image = new(Image), name = new(GuestName), args = new(Arguments);
        Option<long> exits = new(Exits);
        Option<double> seconds = new(Seconds);
        Option<string[]> facts = new(GuestWords.FactOption);
        var command = new Command(Name) { image, name, args, exits, seconds, facts };
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            var options = new BootOptions(
                Convert.FromBase64String(parsed.GetValue(image)!), parsed.GetValue(name)!, parsed.GetValue(args) ?? "")
            {
                Exits = parsed.GetValue(exits),
                Limit = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Syscalls = true,
                Unit = ClockUnit.Instructions,
                Facts = GuestWords.Facts(parsed.GetValue(facts)),
            };
            BootedRun run;
            if (options.Exits == 0) run = BootRecording.Play(options, progress, cancelled);
            else
            {
                using var file = new LazyTraceFile(trace);
                run = BootRecording.Record(options, file, progress, cancelled);
            }
            var written = new JsonBootedRun(Schema, run.End.Kind.ToString(), run.End.Status, run.End.Sentence,
                Convert.ToBase64String(run.Output.AsSpan()), run.Counters);
            CommandConsole.Of(parsed).Out.Write(JsonSerializer.Serialize(written, CommandContracts.Default.JsonBootedRun));
            return ExitCode.Done;
        }, CancellationToken.None));
        return command;
    }

    private static BootedRun Read(string text)
    {
        try
        {
            JsonBootedRun run = JsonSerializer.Deserialize(text, CommandContracts.Default.JsonBootedRun) ?? throw new JsonException();
            return new BootedRun(
                new GuestEnd(Enum.Parse<GuestEndKind>(run.End), run.Status, run.Sentence),
                [.. Convert.FromBase64String(run.Output)],
                run.Counters);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new HostException("The emulated host does not say what came of the guest: run it again.", e);
        }
    }
}

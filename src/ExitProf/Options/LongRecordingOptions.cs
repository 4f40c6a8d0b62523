using System.CommandLine;
using System.Globalization;

namespace ExitProf;

/// <summary>The options of recordings that run for long: <c>--rotate</c>, <c>--keep</c> and <c>--trigger</c>.</summary>
internal sealed class LongRecordingOptions
{
    private const double LeastSeconds = 1e-7;
    private const double MostSeconds = 1e6;
    private const double LeastBytes = 64_000;
    private const double MostBytes = 1e15;

    // A unit that ends like another one stands before it.
    private static readonly (string, double)[] SizeUnits = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9)];
    private static readonly (string, double)[] TimeUnits =
        [("us", 1e-6), ("ms", 1e-3), ("min", 60), ("s", 1), ("m", 60), ("h", 3600)];

    private readonly Option<(long? Bytes, TimeSpan? Time)?> rotate = new("--rotate")
    {
        Description = "Begin another file whenever one has this size (100MB, 2GB) or this length (10m, 1h): NAME-0001.nettrace and so on, each a trace by itself.",
        HelpName = "size|time",
    };

    private readonly Option<TimeSpan?> keep = new("--keep")
    {
        Description = "Keep only the last seconds, minutes or hours (30s, 5m, 1h) and write them at the end; SIGUSR1 also writes them, as NAME-dump1.nettrace, and goes on.",
        HelpName = "time",
    };

    private readonly Option<TimeSpan?> trigger = new("--trigger")
    {
        Description = "With --keep: also write what is kept when an exit that is no halt takes longer than this (1ms).",
        HelpName = "time",
    };

    public LongRecordingOptions(Command command)
    {
        rotate.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Bytes(text) is { } bytes) return (bytes, null);
            if (Time(text) is { TotalSeconds: >= 1 } time) return (null, time);
            result.AddError($"--rotate takes a size from 64KB on (100MB) or a time from 1s on (10m), not '{text}'.");
            return null;
        };
        keep.CustomParser = result => Time("--keep", result.Tokens[0].Value, 1, "a time from 1s on (5m)", result.AddError);
        trigger.CustomParser = result => Time("--trigger", result.Tokens[0].Value, 0, "a time (1ms)", result.AddError);
        command.Options.Add(rotate);
        command.Options.Add(keep);
        command.Options.Add(trigger);
        command.Validators.Add(r =>
        {
            bool kept = r.GetResult(keep) != null;
            if (kept && r.GetResult(rotate) != null) r.AddError("Give --rotate or --keep, not both.");
            if (!kept && r.GetResult(trigger) != null) r.AddError("--trigger says when to write what --keep kept: give both.");
        });
    }

    /// <summary>Whether any of them was given: a recording in an emulated host has none.</summary>
    public bool Given(ParseResult parsed) => parsed.GetValue(rotate) != null || parsed.GetValue(keep) != null;

    /// <summary>Whether the recording has several files and no whole one.</summary>
    public bool Rotates(ParseResult parsed) => parsed.GetValue(rotate) != null;

    /// <param name="vcpu">The CPU that the file's thread keeps off; null if there is none.</param>
    /// <param name="patience">How long a block waits for room before it is dropped.</param>
    /// <exception cref="UsageException">Several files were asked for in a place that has none.</exception>
    public RecordingFile Open(ParseResult parsed, FileInfo file, int? vcpu, TimeSpan patience)
    {
        if (Given(parsed) && file.FullName.StartsWith("/dev/", StringComparison.Ordinal))
            throw new UsageException("--rotate and --keep make several files: a device has no place for them.");
        TextWriter error = parsed.InvocationConfiguration.Error;
        return new RecordingFile(file, vcpu, patience, sentence => error.WriteLine("exitprof: " + sentence))
        {
            Rotate = parsed.GetValue(rotate),
            Keep = parsed.GetValue(keep),
            Trigger = parsed.GetValue(trigger),
        };
    }

    private static TimeSpan? Time(string option, string text, double leastSeconds, string takes, Action<string> addError)
    {
        if (Time(text) is { } time && time.TotalSeconds >= leastSeconds) return time;
        addError($"{option} takes {takes}, not '{text}'.");
        return null;
    }

    private static long? Bytes(string text) =>
        Number(text, SizeUnits) is >= LeastBytes and <= MostBytes and var bytes ? (long)bytes : null;

    /// <summary>Null if it is no time, or one that is 0 or longer than any recording.</summary>
    private static TimeSpan? Time(string text) =>
        Number(text, TimeUnits) is >= LeastSeconds and <= MostSeconds and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Number(string text, (string Name, double Size)[] units)
    {
        foreach ((string name, double size) in units)
        {
            if (!text.EndsWith(name, StringComparison.Ordinal)) continue;
            ReadOnlySpan<char> number = text.AsSpan(0, text.Length - name.Length).TrimEnd();
            bool isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
            return isNumber ? value * size : null;
        }
        return null;
    }
}

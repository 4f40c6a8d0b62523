using System.Globalization;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>Records in an emulated host: the same recorder as on this machine, inside; the trace comes back whole.</summary>
internal static class HostRecording
{
    /// <summary>Enough for each stage's count: an emulated exit takes the same path each time.</summary>
    public const long DefaultExits = 200;

    /// <summary>Fixed, so that two recordings without further options are equal.</summary>
    public const ulong DefaultSeed = 1;

    /// <param name="file">Takes the trace; a file of that name is kept as NAME.old.</param>
    /// <param name="functions">Whether its instructions are counted by function, too.</param>
    /// <exception cref="GuestRefusedException">The command failed inside, with the message that it would have here.</exception>
    public static void Record(EmulatedHost host, SweepOptions options, FileInfo file, CommandConsole console, bool functions)
    {
        IReadOnlyList<string> command = Command(host, options);
        var progress = new ProgressLine(console);
        HostResult result;
        try
        {
            result = host.Run(
                command,
                p => progress.Report(new RecordingProgress(p.Share, p.Doing, p.Exits)),
                functions
            );
        }
        finally
        {
            progress.Clear();
        }
        Save(host, result, file);
    }

    /// <summary>A recording as a command inside. The settings are checked before a machine is started.</summary>
    public static IReadOnlyList<string> Command(EmulatedHost host, SweepOptions options)
    {
        if (options.Cpu is > 0) throw new UsageException($"--cpu {options.Cpu}: an emulated host has one CPU, 0.");
        _ = SettingValues.Sweep(options.Scenario, options.Assignments);
        return [.. Arguments(options), .. FactOptions(host)];
    }

    /// <summary>Keeps the trace that came of it.</summary>
    /// <inheritdoc cref="Record"/>
    public static void Save(EmulatedHost host, HostResult result, FileInfo file)
    {
        if (result.ExitCode != ExitCode.Done) throw new GuestRefusedException(result.Error, result.ExitCode);
        byte[] trace = GuestWords.Trace(result) ?? throw new HostException("The emulated host returned no trace: run it again.");
        trace = OutsideFacts.Add(trace, host.Emulator, result.Ways is { } ways ? FunctionRecording.Of(host, trace, ways) : null);
        // Devices and pipes have no length: they are written to, not renamed.
        if (file is { Exists: true, Length: > 0 }) File.Move(file.FullName, file.FullName + ".old", overwrite: true);
        file.Directory!.Create();
        File.WriteAllBytes(file.FullName, trace);
        file.Refresh();
    }

    /// <summary>
    /// What is known of a host outside only, as options of a command inside. It is the same in each run, so that traces stay equal: what
    /// differs is in <see cref="OutsideFacts"/>.
    /// </summary>
    public static IEnumerable<string> FactOptions(EmulatedHost host)
    {
        (string Name, string Value)[] facts =
        [
            ("kernel from", host.KernelOrigin),
            ("boot", host.Boot.ToString()), ("modules added", host.ModulesAdded), ("modules replaced", host.ModulesReplaced),
        ];
        return facts.Where(f => f.Value.Length > 0).SelectMany(f => (string[])[GuestWords.FactOption, $"{f.Name}={f.Value}"]);
    }

    /// <summary>The same options as a command line.</summary>
    private static IEnumerable<string> Arguments(SweepOptions options)
    {
        yield return "record";
        yield return options.Scenario.Name;
        yield return options.Exits == null ? "--seconds" : "--exits";
        yield return options.Exits?.ToString(CultureInfo.InvariantCulture)
            ?? options.Duration.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
        foreach (string assignment in options.Assignments)
        {
            yield return "--set";
            yield return assignment;
        }
        yield return "--events";
        yield return options.Events.Name;
        if (options.Seed is not { } seed) yield break;
        yield return "--seed";
        yield return seed.ToString(CultureInfo.InvariantCulture);
    }
}

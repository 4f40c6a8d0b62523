using System.CommandLine;
using System.Diagnostics;

namespace ExitProf.Hosts.Runner;

/// <param name="Duration">By the guest's clock; an emulator may take far longer.</param>
internal sealed record CommandResult(int ExitCode, TimeSpan Duration);

/// <summary>Runs one command in a folder of its own and writes beside its files what it returned and what it left behind.</summary>
internal static class CommandRun
{
    public static CommandResult Run(ListLine line, string folder, Watchdog watchdog)
    {
        Directory.CreateDirectory(folder);
        Directory.SetCurrentDirectory(folder);
        StandardStreams.Redirect("stdout.txt", "stderr.txt");
        long start = Stopwatch.GetTimestamp();
        watchdog.Watch(line.Name);
        int exitCode = line.Shell is string code
            ? Shell(code)
            : CommandLine.RunAsync(Commands.Root(), [.. line.Arguments], new InvocationConfiguration()).GetAwaiter().GetResult();
        watchdog.Rest();
        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        // The command may have gone elsewhere.
        Directory.SetCurrentDirectory(folder);
        File.WriteAllText("exit-code", $"{exitCode}\n");
        File.WriteAllText("seconds", $"{duration.TotalSeconds:F3}\n");
        File.WriteAllLines("left-behind.txt", LeftBehind.Find());
        return new CommandResult(exitCode, duration);
    }

    private static int Shell(string code)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", code]))!;
        shell.WaitForExit();
        return shell.ExitCode;
    }
}

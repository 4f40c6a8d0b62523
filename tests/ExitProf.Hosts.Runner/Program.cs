using System.Globalization;
using ExitProf.Hosts.Runner;

// Whatever a command writes goes to its own files; this goes to the host's console.
using var console = new StreamWriter(StandardStreams.KeepOutput()) { AutoFlush = true };
if (args.Length != 3 || !int.TryParse(args[2], NumberStyles.None, CultureInfo.InvariantCulture, out int limitSeconds) || limitSeconds == 0)
{
    console.WriteLine("LIST: stopped: usage: ExitProf.Hosts.Runner LIST OUT SECONDS-PER-COMMAND");
    return 1;
}
IReadOnlyList<ListLine> lines;
try
{
    lines = ListLine.ReadAll(args[0]);
}
catch (Exception e) when (e is FormatException or IOException)
{
    console.WriteLine("LIST: stopped: " + e.Message);
    return 1;
}
using var watchdog = new Watchdog(TimeSpan.FromSeconds(limitSeconds), console);
for (int i = 0; i < lines.Count; i++)
{
    CommandResult result = CommandRun.Run(lines[i], Path.Combine(args[1], lines[i].Name), watchdog);
    console.WriteLine($"LIST: {i + 1}/{lines.Count} {lines[i].Name}: exit code {result.ExitCode}, {result.Duration.TotalSeconds:F1} s");
}
return 0;

namespace ExitProf.Hosts.Runner;

/// <summary>What exitprof makes in the kernel for the time of a command, and must have removed by its end.</summary>
internal static class LeftBehind
{
    private const string Tracefs = "/sys/kernel/tracing";

    /// <returns>One line per tracefs instance and dynamic event; none if all is clean.</returns>
    public static IEnumerable<string> Find()
    {
        string instances = Path.Combine(Tracefs, "instances");
        if (!Directory.Exists(instances)) return ["tracefs is not mounted, so what was left there cannot be told"];
        return [.. Directory.EnumerateDirectories(instances, "exitprof_*"), .. DynamicEvents()];
    }

    private static IEnumerable<string> DynamicEvents()
    {
        string file = Path.Combine(Tracefs, "dynamic_events");
        try
        {
            return File.Exists(file) ? [.. File.ReadLines(file).Where(l => l.Contains("exitprof", StringComparison.Ordinal))] : [];
        }
        catch (UnauthorizedAccessException)
        {
            // A kernel that is locked down shows its probes to nobody, and lets nobody make any.
            return [];
        }
    }
}

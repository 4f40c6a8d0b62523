using System.Globalization;

namespace ExitProf.Recording;

/// <summary>
/// How things that a recording leaves in the kernel are named: after the process and the time it started, so that those whose process is
/// gone can be told from those in use.
/// </summary>
internal static class ProcessMark
{
    public const string Prefix = "exitprof_";

    public static string Own { get; } = $"{Prefix}{Environment.ProcessId}_{StartTime(Environment.ProcessId)}";

    /// <summary>True of a name with our prefix whose process does not run.</summary>
    public static bool IsStale(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        string[] parts = name[Prefix.Length..].Split('_');
        return parts.Length < 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            || StartTime(pid) != parts[1];
    }

    /// <summary>Field 22 of /proc/PID/stat, in clock ticks since boot; null if there is no such process.</summary>
    private static string? StartTime(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            // The second field, the name in parentheses, may hold spaces.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Globalization;

namespace ExitProf.Testing;

/// <summary>
/// Tells a process that hangs from one on a busy machine: one that works, or whose children do, uses CPU time, however little of it the
/// machine leaves them.
/// </summary>
public sealed class Stillness(int processId)
{
    /// <summary>Long enough for a machine with twenty processes a CPU to give each its turn hundreds of times.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private long used = -1;
    private long since;

    /// <summary>True if neither the process nor any below it has used CPU time for minutes.</summary>
    public bool IsOver()
    {
        long now = Ticks(processId);
        if (now == used) return TimeProvider.System.GetElapsedTime(since) > Patience;
        (used, since) = (now, TimeProvider.System.GetTimestamp());
        return false;
    }

    /// <summary>Clock ticks of CPU time of a process, of its living children and of those that it has waited for.</summary>
    private static long Ticks(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            // proc_pid_stat(5), fields 14 to 17. The name in brackets may hold spaces.
            long own = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
            return own + Directory.GetDirectories($"/proc/{process}/task")
                .SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Sum(c => Ticks(int.Parse(c, CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
            return 0;
        }
    }
}

using System.Globalization;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>
/// KVM's own counters of the machines of some processes, in debugfs (/sys/kernel/debug/kvm/PID-FD): the kernel counts whether anybody
/// traces or not, so they say what tracing costs and whether it missed something.
/// </summary>
public sealed class KvmCounters(IReadOnlyList<int> processes)
{
    private const string Debugfs = "/sys/kernel/debug";
    private const string Folder = Debugfs + "/kvm";

    /// <summary>Why the last reading failed.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>
    /// A counter of all these machines together; null where debugfs is not there, not for this user, or lacks one of them.
    /// </summary>
    public KvmCount? Read(string counter)
    {
        try
        {
            if (!Directory.Exists(Folder) && LibC.mount("debugfs", Debugfs, "debugfs", 0, null) != 0)
                return Failed(SystemCallException.Last($"mount(debugfs, {Debugfs})").Message);
            var folders = new List<string>();
            long sum = 0;
            foreach (int process in processes)
            {
                string[] own = Machines(process);
                if (own.Length == 0) return Failed($"{Folder} has no machine of process {process}.");
                folders.AddRange(own);
                sum += own.Sum(f => long.Parse(File.ReadAllText(Path.Combine(f, counter)), CultureInfo.InvariantCulture));
            }
            return new KvmCount(string.Join(' ', folders.Order(StringComparer.Ordinal)), sum);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Failed(e.Message);
        }
    }

    /// <summary>A folder is named after the thread that made the machine, and its descriptor.</summary>
    private static string[] Machines(int process)
    {
        IReadOnlyDictionary<int, string> threads = RunningVms.Threads(process);
        return [.. Directory.GetDirectories(Folder).Where(f =>
            int.TryParse(Path.GetFileName(f).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int thread)
            && threads.ContainsKey(thread))];
    }

    private KvmCount? Failed(string trouble)
    {
        Trouble = trouble;
        return null;
    }
}

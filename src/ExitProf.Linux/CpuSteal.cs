using System.Globalization;

namespace ExitProf.Linux;

/// <summary>Time that the hypervisor above gave to others, in USER_HZ ticks (10 ms) since boot.</summary>
public static class CpuSteal
{
    private const int StealColumn = 8;

    public static int Ticks(int cpu)
    {
        string prefix = $"cpu{cpu} ";
        foreach (string line in File.ReadLines("/proc/stat"))
        {
            if (!line.StartsWith(prefix, StringComparison.Ordinal)) continue;
            string[] columns = line.Split(' ');
            return columns.Length > StealColumn ? (int)long.Parse(columns[StealColumn], CultureInfo.InvariantCulture) : 0;
        }
        return 0;
    }
}

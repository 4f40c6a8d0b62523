using System.Text;

namespace ExitProf.Traces;

/// <summary>Keys for threads whose number a text does not have. They are negative, as no thread's number is.</summary>
internal sealed class UnnamedThreads
{
    /// <summary>A hostile text could have a new name in every line.</summary>
    private const int MaxNames = 4096;
    private const int MaxNameLength = 64;
    private const int MaxCpus = 1 << 16;
    private const long FirstName = -1_000;
    private const long FirstVcpu = -1_000_000_000L;
    private const long FirstCpu = -10_000_000_000L;

    private readonly Dictionary<string, long> names = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> lastByCpu = [];

    internal long ByName(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[MaxNameLength];
        int length = Encoding.Latin1.GetChars(name[..Math.Min(name.Length, MaxNameLength)], text);
        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text[..length], out long key)) return key;
        key = FirstName - names.Count;
        if (names.Count < MaxNames) names.Add(text[..length].ToString(), key);
        return key;
    }

    internal long ByVcpu(int vcpu, int cpu)
    {
        long key = FirstVcpu - vcpu;
        if (cpu is >= 0 and < MaxCpus) lastByCpu[cpu] = key;
        return key;
    }

    /// <summary>The vCPU that a CPU had last. Events between kvm_exit and kvm_entry often do not name theirs.</summary>
    /// <returns>False if there was none: the CPU stands for it.</returns>
    internal bool TryByCpu(int cpu, out long key)
    {
        if (lastByCpu.TryGetValue(cpu, out key)) return true;
        key = FirstCpu - cpu;
        return false;
    }
}

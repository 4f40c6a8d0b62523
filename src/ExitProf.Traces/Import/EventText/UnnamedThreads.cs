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
    private readonly Dictionary<int, long> keyOfVcpu = [];

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

    /// <summary>A vCPU that is named for the first time is whoever was on its CPU before, if nobody knew who that was.</summary>
    internal long ByVcpu(int vcpu, int cpu)
    {
        if (!keyOfVcpu.TryGetValue(vcpu, out long key))
        {
            key = lastByCpu.TryGetValue(cpu, out long last) && last <= FirstCpu + 1 ? last : FirstVcpu - vcpu;
            if (keyOfVcpu.Count < MaxCpus) keyOfVcpu.Add(vcpu, key);
        }
        if (cpu is >= -1 and < MaxCpus) lastByCpu[cpu] = key;
        return key;
    }

    /// <summary>The vCPU that a CPU had last. Events between kvm_exit and kvm_entry often do not name theirs.</summary>
    /// <param name="cpu">-1 where the text has no CPUs: the vCPU that was named last, wherever it ran.</param>
    /// <returns>False if there was none: the CPU stands for it.</returns>
    internal bool TryByCpu(int cpu, out long key)
    {
        if (lastByCpu.TryGetValue(cpu, out key)) return key > FirstCpu + 1;
        key = FirstCpu - cpu;
        if (cpu < MaxCpus) lastByCpu[cpu] = key;
        return false;
    }
}

using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Intrinsics.X86;
using System.Text;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>What a reader of a trace must know of the machine it was recorded on, and what two machines are compared by.</summary>
public static class HostFacts
{
    private const string Cpu0 = "/sys/devices/system/cpu/cpu0";

    public static ImmutableArray<Fact> Collect()
    {
        var facts = ImmutableArray.CreateBuilder<Fact>();
        AddCpu(facts);
        Add("kernel", Sysfs.ReadLine("/proc/sys/kernel/osrelease"));
        Add("kernel version", Sysfs.ReadLine("/proc/sys/kernel/version"));
        Add("kernel command line", Sysfs.ReadLine("/proc/cmdline"));
        Add("kvm back-end", KvmBackend.Detect().Name());
        facts.AddRange(KvmBackend.Parameters());
        Add("clocksource", Sysfs.ReadLine("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
        Add("governor", Sysfs.ReadLine(Cpu0 + "/cpufreq/scaling_governor"));
        Add("frequency driver", Sysfs.ReadLine(Cpu0 + "/cpufreq/scaling_driver"));
        Add("smt active", Sysfs.ReadLine("/sys/devices/system/cpu/smt/active"));
        foreach (string file in Sysfs.Files("/sys/devices/system/cpu/vulnerabilities"))
            Add("mitigation " + Path.GetFileName(file), Sysfs.ReadLine(file));
        Add("hypervisor above", Hypervisor());
        Add(
            "machine",
            string.Join(
                ", ",
                new[] { Sysfs.ReadLine("/sys/class/dmi/id/sys_vendor"), Sysfs.ReadLine("/sys/class/dmi/id/bios_vendor") }
                    .Where(v => !string.IsNullOrEmpty(v))
                    .Distinct()
            )
        );
        Add("exitprof", Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        return facts.ToImmutable();

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) facts.Add(new Fact(name, value));
        }
    }

    /// <summary>Twelve letters from CPUID leaf 0x40000000 ("KVMKVMKVM", "Microsoft Hv"); null on bare metal.</summary>
    public static string? Hypervisor()
    {
        const int HypervisorBit = 1 << 31;
        if (!X86Base.IsSupported || (X86Base.CpuId(1, 0).Ecx & HypervisorBit) == 0) return null;
        (_, int ebx, int ecx, int edx) = X86Base.CpuId(0x40000000, 0);
        byte[] letters = [.. BitConverter.GetBytes(ebx), .. BitConverter.GetBytes(ecx), .. BitConverter.GetBytes(edx)];
        string name = Encoding.ASCII.GetString(letters).TrimEnd('\0', ' ');
        return name.Length > 0 && name.All(c => c is >= ' ' and < '\x7f') ? name : "unknown";
    }

    private static void AddCpu(ImmutableArray<Fact>.Builder facts)
    {
        string[] wanted = ["model name", "cpu family", "model", "stepping", "microcode"];
        var seen = new Dictionary<string, string>();
        int cpus = 0;
        try
        {
            foreach (string line in File.ReadLines("/proc/cpuinfo"))
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon < 0) continue;
                string name = line[..colon].Trim();
                if (name == "processor") cpus++;
                seen.TryAdd(name, line[(colon + 1)..].Trim());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A host without /proc has other problems; the facts are then simply fewer.
        }
        foreach (string name in wanted)
        {
            if (seen.TryGetValue(name, out string? value)) facts.Add(new Fact(name == wanted[0] ? "cpu" : "cpu " + name, value));
        }
        facts.Add(new Fact("cpus", cpus.ToString()));
        if (!seen.TryGetValue("flags", out string? flags)) return;
        string[] clock = ["tsc", "constant_tsc", "nonstop_tsc", "tsc_known_freq", "tsc_reliable", "tsc_adjust", "rdtscp"];
        facts.Add(new Fact("tsc flags", string.Join(' ', clock.Intersect(flags.Split(' ')))));
    }
}

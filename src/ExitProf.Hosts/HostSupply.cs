using System.Runtime.InteropServices;

namespace ExitProf.Hosts;

/// <summary>Whether an emulated host can be had on this machine, found without fetching or starting anything.</summary>
/// <param name="Found">What there is of it, or what is missing; half a sentence.</param>
/// <param name="Remedy">What would make one possible; empty if one is.</param>
public sealed record HostSupply(bool Possible, string Found, string Remedy)
{
    private static readonly string[] AptTools = ["apt-get", "apt-cache", "dpkg-deb"];

    /// <param name="cacheRoot">The folder of the cache; it need not exist.</param>
    public static HostSupply Of(string cacheRoot) => Of(cacheRoot, RuntimeInformation.ProcessArchitecture);

    internal static HostSupply Of(string cacheRoot, Architecture machine)
    {
        if (machine != Architecture.X64) return new HostSupply(false, $"an emulated host needs x86-64, and this machine is {machine}",
            "Run exitprof on x86-64 for exact instructions.");
        bool qemu = ToolRun.Find(Qemu.ProgramName) != null || Holds(cacheRoot, "qemu");
        bool kernel = Holds(cacheRoot, "kernel");
        if (qemu && kernel) return new HostSupply(true, "QEMU and a kernel are here", "");
        string missing = qemu ? "a kernel" : kernel ? "QEMU" : "QEMU and a kernel";
        return AptTools.All(t => ToolRun.Find(t) != null)
            ? new HostSupply(true, $"{missing} will be fetched at first use", "")
            : new HostSupply(false, $"{missing} for an emulated host cannot be fetched without apt", qemu
                ? "Name a kernel with --kernel for exact instructions."
                : $"Install {Qemu.ProgramName} (Debian: qemu-system-x86) and name a kernel with --kernel for exact instructions.");
    }

    /// <summary>A list of contents is written last, so that an entry with one is whole.</summary>
    private static bool Holds(string cacheRoot, string kind)
    {
        try
        {
            return Directory.EnumerateDirectories(Path.Combine(cacheRoot, kind)).Any(f => CacheContents.Read(f)?.LengthsHold(f) == true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

using System.Runtime.InteropServices;

namespace ExitProf.Hosts;

/// <summary>
/// A Bochs that can be started, with what it boots from: Debian's packages, unpacked in the cache. One that is installed is not used: of
/// its parts, which are many, some would be missing or lie elsewhere.
/// </summary>
/// <param name="Version">"Bochs 2.7+dfsg-4+deb12u1 (Debian)".</param>
/// <param name="Root">Where the packages are unpacked.</param>
internal sealed record Bochs(string Version, string Root)
{
    private const string Kind = "bochs";
    private const string Package = "bochs";

    /// <summary>
    /// bochs-term shows the machine's screen without a window and without a network. Bochs loads no kernel by itself: isolinux does, from
    /// a CD that xorriso writes.
    /// </summary>
    private static readonly string[] Packages = [Package, "bochs-term", "bochsbios", "vgabios", "isolinux", "syslinux-common", "xorriso"];

    /// <summary>The program itself; usr/bin/bochs is a script around it.</summary>
    public string Program => Path.Combine(Root, "usr/bin/bochs-bin");

    public string CdWriter => Path.Combine(Root, "usr/bin/xorriso");

    public string BootLoader => Path.Combine(Root, "usr/lib/ISOLINUX/isolinux.bin");

    /// <summary>What the boot loader is written against.</summary>
    public string BootLoaderLibrary => Path.Combine(Root, "usr/lib/syslinux/modules/bios/ldlinux.c32");

    /// <summary>Where its parts lie.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        [UnpackedLibraries.Variable] = UnpackedLibraries.Path(Root),
        ["LTDL_LIBRARY_PATH"] = Path.Combine(Root, UnpackedLibraries.Folder, "bochs/plugins"),
        ["BXSHARE"] = Path.Combine(Root, "usr/share/bochs"),
        // The plug-in for the screen asks what the terminal can do.
        ["TERM"] = "dumb",
        // The CD is the same each time.
        ["SOURCE_DATE_EPOCH"] = "1767225600",
    };

    /// <summary>What is in the cache, or else what can be fetched.</summary>
    /// <exception cref="HostException">It cannot be had.</exception>
    public static Bochs Get(HostCache cache, bool mayDownload, Architecture machine, HostLog log, CancellationToken cancelled)
    {
        if (machine != Architecture.X64) throw new HostException("An emulated host boots an x86-64 kernel with this machine's own .NET, "
            + $"and this machine is {machine}: run exitprof on x86-64.");
        const string Key = "debian";
        CacheEntry? entry = cache.TryOpen(Kind, Key);
        if (entry == null && !mayDownload) throw new HostException("Bochs is not in the cache, and --no-download forbids to fetch it: "
            + "leave that option out once, or use --host svm.");
        if (entry == null && !Apt.IsHere) throw new HostException("There is no apt-get here to fetch Bochs with: --host vmx needs Debian's "
            + "packages of it; use --host svm.");
        entry ??= cache.GetOrMake(Kind, Key, folder => Fetch(cache, folder, log, cancelled), cancelled);
        return new Bochs(entry.About, entry.Folder);
    }

    private static string Fetch(HostCache cache, string folder, HostLog log, CancellationToken cancelled)
    {
        var apt = new Apt(Path.Combine(cache.Root, "apt", "own"), "", log, cache.Fetching, cancelled);
        IReadOnlyList<string> unpacked = apt.Unpack(Packages, withDependencies: true, folder);
        string version = unpacked.FirstOrDefault(p => p.StartsWith(Package + "_", StringComparison.Ordinal))?.Split('_')[1] ?? "";
        var bochs = new Bochs($"Bochs {version.Replace("%3a", ":", StringComparison.Ordinal)} (Debian)", folder);
        string[] needed = [bochs.Program, bochs.CdWriter, bochs.BootLoader, bochs.BootLoaderLibrary];
        if (needed.FirstOrDefault(f => !File.Exists(f)) is { } missing) throw new HostException(
            $"The packages {string.Join(", ", Packages)} came without {Path.GetRelativePath(folder, missing)}: "
            + "check the machine's apt sources, or use --host svm.");
        return bochs.Version;
    }
}

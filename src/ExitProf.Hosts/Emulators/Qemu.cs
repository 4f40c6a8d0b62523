using System.Runtime.InteropServices;

namespace ExitProf.Hosts;

/// <summary>A QEMU that can be started.</summary>
/// <param name="Version">The first line that it says of itself.</param>
/// <param name="Arguments">Where its firmware lies.</param>
/// <param name="Environment">Where its libraries and modules lie.</param>
internal sealed record Qemu(string Program, string Version, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string,
    string> Environment)
{
    public const string ProgramName = "qemu-system-x86_64";
    private const string Package = "qemu-system-x86";
    private const string Kind = "qemu";

    /// <summary>What is installed, or else what is in the cache, or else what can be fetched.</summary>
    /// <exception cref="HostException">It cannot be had.</exception>
    public static Qemu Get(HostCache cache, bool mayDownload, Architecture machine, HostLog log, CancellationToken cancelled)
    {
        if (machine != Architecture.X64) throw new HostException("An emulated host boots an x86-64 kernel with this machine's own .NET, "
            + $"and this machine is {machine}: run exitprof on x86-64.");
        if (ToolRun.Find(ProgramName) is { } installed) return Describe(installed, [], new Dictionary<string, string>(), cancelled);
        const string Key = "debian";
        CacheEntry? entry = cache.TryOpen(Kind, Key);
        if (entry == null && !mayDownload) throw new HostException($"{ProgramName} is neither on PATH nor in the cache, and "
            + $"--no-download forbids to fetch it: install it (Debian: {Package}), or leave that option out once.");
        entry ??= cache.GetOrMake(Kind, Key, folder =>
        {
            var apt = new Apt(Path.Combine(cache.Root, "apt", "own"), "", log, cache.Fetching, cancelled);
            IReadOnlyList<string> packages = apt.Unpack([Package], withDependencies: true, folder);
            return "Debian " + packages.First(p => p.StartsWith(Package + "_", StringComparison.Ordinal))
                .Replace("%3a", ":", StringComparison.Ordinal);
        }, cancelled);
        return Unpacked(entry.Folder, cancelled);
    }

    private static Qemu Unpacked(string root, CancellationToken cancelled)
    {
        string usr = Path.Combine(root, "usr");
        string[] firmware = [.. ((string[])["seabios", "qemu"]).Select(f => Path.Combine(usr, "share", f))];
        var environment = new Dictionary<string, string>
        {
            [UnpackedLibraries.Variable] = UnpackedLibraries.Path(root),
            ["QEMU_MODULE_DIR"] = Path.Combine(root, UnpackedLibraries.Folder, "qemu"),
        };
        return Describe(Path.Combine(usr, "bin", ProgramName), [.. firmware.SelectMany(f => (string[])["-L", f])], environment, cancelled);
    }

    private static Qemu Describe(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment,
        CancellationToken cancelled)
    {
        string env = ToolRun.Find("env") ?? "env";
        string said = ToolRun.Run(env, [.. environment.Select(e => $"{e.Key}={e.Value}"), program, "--version"], "/", reason =>
            $"{program} --version failed: {reason}; install QEMU again (Debian: {Package}), or exitprof host forget qemu.", cancelled);
        return new Qemu(program, said.Split('\n')[0].Trim(), arguments, environment);
    }
}

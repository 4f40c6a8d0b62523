using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts;

/// <summary>Turns a choice of kernel into files: from the cache, from this machine, or fetched from Debian's archive.</summary>
internal sealed partial class KernelShelf(HostCache cache, bool mayDownload, HostLog log, CancellationToken cancelled)
{
    private const string Kind = "kernel";

    /// <exception cref="HostException">It cannot be had.</exception>
    public HostKernel Get(KernelChoice choice, string? modules, string? modulesOver)
    {
        HostKernel kernel = choice switch
        {
            KernelChoice.Debian debian => FromDebian(debian),
            KernelChoice.Running => FromThisMachine(),
            KernelChoice.At at => FromPath(at.Path, modules),
            _ => throw new InvalidOperationException($"There is no such kind of kernel: {choice.GetType().Name}."),
        };
        if (modules != null && choice is not KernelChoice.At) kernel = kernel with { ModuleFolders = [NeedFolder(modules, "--modules")] };
        return modulesOver == null ? kernel
            : kernel with { ModuleFolders = [.. kernel.ModuleFolders, NeedFolder(modulesOver, "--modules-over")] };
    }

    private static string NeedFolder(string path, string option) =>
        Directory.Exists(path) ? Path.GetFullPath(path) : throw new HostException($"{option} names {path}, which is no folder.");

    private static HostKernel FromThisMachine()
    {
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string image = "/boot/vmlinuz-" + release;
        if (!File.Exists(image)) throw new HostException($"This machine runs Linux {release}, and there is no {image}: name another "
            + "kernel with --kernel.");
        return new HostKernel(release, image, image, ["/lib/modules/" + release]);
    }

    private HostKernel FromPath(string path, string? modules)
    {
        if (path.EndsWith(".deb", StringComparison.Ordinal)) return FromPackage(path);
        string image = Directory.Exists(path) ? Path.Combine(path, "arch", "x86", "boot", "bzImage") : path;
        if (!File.Exists(image)) throw new HostException($"The folder {path} holds no arch/x86/boot/bzImage: build it first (make "
            + "bzImage modules), or name the bzImage itself.");
        string release = KernelImage.Release(image);
        if (modules != null) return new HostKernel(release, image, path, [NeedFolder(modules, "--modules")]);
        // A bzImage without modules is a kernel that has all built in.
        return new HostKernel(release, image, path, Directory.Exists(path) ? [path] : []);
    }

    private HostKernel FromPackage(string path)
    {
        var file = new FileInfo(path);
        string key = $"{Path.GetFileNameWithoutExtension(path)}-{Short($"{path}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}")}";
        return Open(cache.GetOrMake(Kind, key, folder =>
        {
            Apt.UnpackFile(path, folder, cancelled);
            Settle(folder, path);
            return path;
        }, cancelled));
    }

    private HostKernel FromDebian(KernelChoice.Debian choice)
    {
        string name = choice.ToString().TrimEnd(':').Replace(':', '-').Replace('/', '-');
        // The entry of an earlier version has the choice as its key.
        if ((cache.TryOpen(Kind, name) ?? Named(name)) is { } there) return Open(there);
        if (!mayDownload) throw new HostException($"The kernel {choice} is not in the cache, and --no-download forbids to fetch it: "
            + "leave that option out once, or name a kernel with --kernel.");
        string lists = Path.Combine(cache.Root, "apt", choice.Suite.Length > 0 ? choice.Suite : "own");
        var apt = new Apt(lists, choice.Suite, log, cache.Fetching, cancelled);
        using FileStream taken = FileLock.Take(
            lists + ".lock", () => log($"another exitprof is fetching for {choice}; waiting for it"), cancelled);
        string package = Package(apt, choice);
        // Several names may come to one package, as debian:6.1 and debian:6.1.0-57 do: it is fetched once.
        string key = apt.FileName(package);
        CacheEntry entry = cache.GetOrMake(Kind, key, folder => Fetch(apt, package, folder), cancelled);
        File.WriteAllText(NameFile(name), key + "\n");
        return Open(entry);
    }

    /// <summary>The package that a name came to; null if it is not known, or no longer there.</summary>
    private CacheEntry? Named(string name)
    {
        string key = File.Exists(NameFile(name)) ? File.ReadAllText(NameFile(name)).Trim() : "";
        return key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '~' or '%')
            ? cache.TryOpen(Kind, key) : null;
    }

    private string NameFile(string name) => Path.Combine(cache.Root, Kind, name + ".name");

    private static string Fetch(Apt apt, string package, string folder)
    {
        // From 7.2 on Debian splits a kernel's package.
        string[] parts = [.. apt.Dependencies(package).Where(d => SplitPart().IsMatch(d))];
        IReadOnlyList<string> unpacked = apt.Unpack([package, .. parts], withDependencies: false, folder);
        Settle(folder, package);
        return "Debian " + string.Join(", ", unpacked.Select(u => u.Replace("%3a", ":", StringComparison.Ordinal)));
    }

    /// <summary>The cloud kernel: it boots fastest, and has all that is needed.</summary>
    private static string Package(Apt apt, KernelChoice.Debian choice)
    {
        if (choice.Version.Length == 0)
        {
            return apt.Dependencies("linux-image-cloud-amd64").FirstOrDefault(d => d.StartsWith("linux-image-", StringComparison.Ordinal))
                ?? throw new HostException($"The package lists{InSuite(choice)} know no linux-image-cloud-amd64: name a suite (--kernel "
                    + "debian:trixie) or a kernel of your own with --kernel.");
        }
        string[] cloud = Cloud();
        if (cloud.Length == 0)
        {
            // It may be newer than the lists.
            apt.Update();
            cloud = Cloud();
        }
        return cloud.Length > 0
            ? cloud[^1]
            : throw new HostException(
                $"The package lists{InSuite(choice)} know no cloud kernel {choice.Version}: check the version, or look "
                    + $"in another suite (--kernel debian:SUITE/{choice.Version})."
            );

        string[] Cloud() =>
            [
                .. apt.Names("linux-image-" + choice.Version)
                    .Where(n => CloudImage().IsMatch(n) && Continues(n["linux-image-".Length..], choice.Version)),
            ];
    }

    /// <summary>6.1 must not find 6.12.</summary>
    private static bool Continues(string name, string version) => name.Length == version.Length || !char.IsAsciiDigit(name[version.Length]);

    private static string InSuite(KernelChoice.Debian choice) => choice.Suite.Length > 0 ? " of " + choice.Suite : "";

    /// <summary>Keeps the kernel and the modules that KVM needs, uncompressed; the rest of a package is up to 400 MB.</summary>
    private static void Settle(string folder, string package)
    {
        string[] images = Directory.Exists(Path.Combine(folder, "boot")) ? Directory.GetFiles(Path.Combine(folder, "boot"), "vmlinuz-*")
            : [];
        if (images.Length == 0) images = Directory.GetFiles(folder, "vmlinuz*", SearchOption.AllDirectories);
        if (images.Length != 1) throw new HostException($"{package} holds {images.Length} kernels (boot/vmlinuz-…) and not one: name a "
            + "package linux-image-….");
        string release = KernelImage.Release(images[0]);
        IReadOnlyList<ModuleFile> needed = ModuleClosure.Of(["kvm_amd", "kvm_intel"], ModuleClosure.Index(folder));
        File.Move(images[0], Path.Combine(folder, "bzImage"));
        foreach (string other in Directory.GetDirectories(folder)) Directory.Delete(other, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "modules"));
        foreach (ModuleFile module in needed) File.WriteAllBytes(Path.Combine(folder, "modules", module.Name + ".ko"), module.Contents);
        File.WriteAllText(Path.Combine(folder, "release"), release + "\n");
    }

    private static HostKernel Open(CacheEntry entry) =>
        new(File.ReadAllText(entry.File("release")).Trim(), entry.File("bzImage"), entry.About, [entry.File("modules")]);

    private static string Short(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    [GeneratedRegex(@"^linux-image-\d.*-cloud-amd64$")]
    private static partial Regex CloudImage();

    [GeneratedRegex(@"^linux-(binary|modules|base)-\d")]
    private static partial Regex SplitPart();
}

using System.Security.Cryptography;

namespace ExitProf.Hosts;

/// <summary>A kernel that can be booted, and where its modules are.</summary>
/// <param name="Release">"6.1.0-57-cloud-amd64".</param>
/// <param name="Origin">"Debian linux-image-6.1.0-57-cloud-amd64_6.1.192-3_amd64", or the path that was given.</param>
/// <param name="ModuleFolders">Searched for modules; later ones replace what earlier ones have.</param>
internal sealed record HostKernel(string Release, string Image, string Origin, IReadOnlyList<string> ModuleFolders)
{
    /// <summary>Names the kernel by its contents: the same one lies under several names, as debian:6.1 and as the suite's own.</summary>
    public string Checksum()
    {
        using FileStream image = File.OpenRead(Image);
        return Convert.ToHexStringLower(SHA256.HashData(image));
    }

    /// <summary>KVM's modules: ccp only where kvm_amd says so; a kernel may have all of it built in.</summary>
    /// <param name="more">Modules of the user's own: they may need more of the kernel's.</param>
    /// <exception cref="HostException">Modules are of another kernel, or missing.</exception>
    public IReadOnlyList<(ModuleFile File, string Parameters)> Modules(Virtualization virtualization, IReadOnlyList<ExtraModule> more)
    {
        Dictionary<string, string> index = ModuleClosure.Index(ModuleFolders);
        var loaded = new List<(ModuleFile File, string Parameters)>();
        loaded.AddRange(ModuleClosure.Of([virtualization.Module], index).Select(m => (m, "")));
        foreach (ExtraModule extra in more)
        {
            ModuleFile module = ModuleFile.Read(extra.Path);
            foreach (ModuleFile needed in ModuleClosure.Of(module.Depends, index))
            {
                if (loaded.All(l => l.File.Name != needed.Name)) loaded.Add((needed, ""));
            }
            loaded.Add((module, extra.Parameters));
        }
        if (loaded.Find(l => l.File.Release.Length > 0 && l.File.Release != Release) is { File: not null } foreign)
        {
            throw new HostException($"The module {foreign.File.Name} was built for Linux {foreign.File.Release}, and the kernel is "
                + $"{Release}: name the modules of this kernel with --modules, or build them for it.");
        }
        return loaded;
    }
}

/// <summary>A module of the user's own, loaded last.</summary>
/// <param name="Parameters">As on the command line of insmod.</param>
public sealed record ExtraModule(string Path, string Parameters)
{
    /// <param name="text">"FILE.ko" or "FILE.ko,name=value,name=value".</param>
    /// <exception cref="HostException">There is no such file.</exception>
    public static ExtraModule Parse(string text)
    {
        string[] parts = text.Split(',');
        if (!File.Exists(parts[0])) throw new HostException($"The module '{parts[0]}' does not exist: --insmod takes FILE.ko or "
            + "FILE.ko,parameter=value.");
        return new ExtraModule(System.IO.Path.GetFullPath(parts[0]), string.Join(' ', parts[1..]));
    }
}

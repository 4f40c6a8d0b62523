using System.Security.Cryptography;

namespace ExitProf.Hosts;

/// <summary>What an emulated host is made of besides its emulator.</summary>
internal sealed record HostParts(
    HostCache Cache, Virtualization Virtualization, HostKernel Kernel, IReadOnlyList<(ModuleFile File, string Parameters)> Modules,
    Payload Payload, HostLog Log, CancellationToken Cancelled)
{
    public BootVariation Boot { get; init; }

    /// <summary>"plant 0123456789ab rounds=100": modules of the user's own; empty for none.</summary>
    public string ModulesAdded { get; private init; } = "";

    /// <summary>Loaded modules that replace the kernel's own; empty for none.</summary>
    public string ModulesReplaced { get; private init; } = "";

    /// <summary>Gets them, and fetches what is missing.</summary>
    /// <param name="payload">Found meanwhile: it asks another program for each library.</param>
    /// <exception cref="HostException">Something cannot be had, or the modules do not fit.</exception>
    public static HostParts Get(HostCache cache, HostRequest request, Task<Payload> payload, HostLog log, CancellationToken cancelled)
    {
        HostKernel kernel = new KernelShelf(cache, request.MayDownload, log, cancelled)
            .Get(request.Kernel, request.Modules, request.ModulesOver);
        IReadOnlyList<(ModuleFile File, string Parameters)> modules = kernel.Modules(request.Virtualization, request.Extra);
        var parts = new HostParts(
            cache, request.Virtualization, kernel, modules, payload.GetAwaiter().GetResult(), log, cancelled)
        {
            Boot = request.Boot,
            ModulesAdded = Said(modules, request.Extra.Select(e => ModuleFile.NameOf(e.Path))),
        };
        if (request.ModulesOver is not { } over) return parts;
        var replaced = ModuleClosure.Index(over).Keys;
        // A comparison with it would say "same", whatever was built elsewhere.
        if (!modules.Any(m => replaced.Contains(m.File.Name)))
        {
            throw new HostException($"--modules-over names {over}, which has none of the modules that are loaded "
                + $"({string.Join(", ", modules.Select(m => m.File.Name + ".ko"))}): build kvm.ko and "
                + $"{request.Virtualization.ModuleFile} into it.");
        }
        return parts with { ModulesReplaced = Said(modules, replaced) };
    }

    private static string Said(IReadOnlyList<(ModuleFile File, string Parameters)> modules, IEnumerable<string?> names) =>
        string.Join(", ", modules.IntersectBy(names, m => m.File.Name)
            .Select(m => $"{m.File.Name} {Convert.ToHexStringLower(SHA256.HashData(m.File.Contents))[..12]} {m.Parameters}".TrimEnd()));
}

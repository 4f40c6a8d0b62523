using System.Runtime.InteropServices;

namespace ExitProf.Hosts;

/// <summary>A machine with KVM, emulated by a program, in which this exitprof runs commands.</summary>
public sealed class EmulatedHost
{
    /// <summary>What its figures are.</summary>
    public const string Label = "instructions of a software CPU: exact and repeatable, not time";

    private readonly HostParts parts;
    private readonly IHostMachine machine;

    internal EmulatedHost(HostParts parts, IHostMachine machine) => (this.parts, this.machine) = (parts, machine);

    /// <summary>What it boots and loads: the kernel's image and the modules, by name.</summary>
    public IEnumerable<(string Name, byte[] Contents)> Files =>
        [("bzImage", File.ReadAllBytes(parts.Kernel.Image)), .. parts.Modules.Select(m => (m.File.Name + ".ko", m.File.Contents))];

    /// <summary>What was varied in its boot on purpose.</summary>
    public BootVariation Boot => parts.Boot;

    public Virtualization Virtualization => parts.Virtualization;

    /// <summary>Whether it need not be booted.</summary>
    public bool IsKept => machine.IsKept;

    /// <summary>"QEMU emulator version 7.2.22 (…)".</summary>
    public string Emulator => machine.Emulator;

    /// <summary>"6.1.0-57-cloud-amd64".</summary>
    public string KernelRelease => parts.Kernel.Release;

    /// <summary>The package or the path that the kernel is from.</summary>
    public string KernelOrigin => parts.Kernel.Origin;

    /// <summary>"plant 0123456789ab rounds=100": modules of the user's own with their checksums and parameters; empty for none.</summary>
    public string ModulesAdded => parts.ModulesAdded;

    /// <summary>Loaded modules that replace the kernel's own; empty for none.</summary>
    public string ModulesReplaced => parts.ModulesReplaced;

    /// <summary>Gets what a machine is made of, and fetches what is missing.</summary>
    /// <exception cref="HostException">Something cannot be had.</exception>
    public static EmulatedHost Create(HostCache cache, HostRequest request, HostLog log, CancellationToken cancelled)
    {
        Architecture machine = RuntimeInformation.ProcessArchitecture;
        Task<Payload> payload = Task.Run(() => PayloadOf(request, cancelled), CancellationToken.None);
        Bochs? bochs = request.Virtualization == Virtualization.Vmx ? Bochs.Get(cache, request.MayDownload, machine, log, cancelled) : null;
        Qemu? qemu = bochs == null ? Qemu.Get(cache, request.MayDownload, machine, log, cancelled) : null;
        HostParts parts = HostParts.Get(cache, request, payload, log, cancelled);
        return new EmulatedHost(parts, bochs != null ? new BochsHost(bochs, parts) : new QemuHost(qemu!, parts));
    }

    private static Payload PayloadOf(HostRequest request, CancellationToken cancelled) =>
        request.Program is { } program ? Payload.Of(program, cancelled) : Payload.OfThisProcess(cancelled);

    /// <summary>Makes what can be kept for later commands, if it is not there yet.</summary>
    public void Keep() => machine.Keep();

    /// <inheritdoc cref="IHostMachine.RunAll"/>
    public void RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress, Action<HostResult> came) =>
        machine.RunAll(commands, progress, came);

    /// <returns>What came of each.</returns>
    /// <inheritdoc cref="IHostMachine.RunAll"/>
    public IReadOnlyList<HostResult> RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress)
    {
        var results = new List<HostResult>();
        machine.RunAll(commands, progress, results.Add);
        return results;
    }

    /// <summary>Runs a command of exitprof in a machine of its own.</summary>
    /// <param name="follow">
    /// Whether to write down the ways of its exits, instruction by instruction (<see cref="HostResult.Ways"/>); what it does is the same.
    /// </param>
    /// <exception cref="HostException">The machine did not do it.</exception>
    public HostResult Run(IReadOnlyList<string> arguments, Action<HostProgress> progress, bool follow = false) =>
        follow ? machine.Follow(arguments, progress) : RunAll([arguments], progress)[0];

    /// <summary>The addresses of the kernel's functions and its modules', as /proc/kallsyms has them: the same in each run.</summary>
    /// <param name="arguments">The command that hands them back.</param>
    /// <param name="name">The file in its results.</param>
    /// <exception cref="HostException">The machine did not do it.</exception>
    public byte[] Symbols(IReadOnlyList<string> arguments, string name) => machine.Symbols(arguments, name);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ExitProf.Hosts;

/// <summary>
/// A machine with KVM on SVM, emulated by QEMU, in which this exitprof runs commands. It is booted once and kept: its memory and the state
/// of its devices lie in the cache, and each command gets a private copy of it, within half a second. Three restores of it give the same
/// bytes.
/// </summary>
internal sealed class QemuHost : IHostMachine
{
    private const string Kind = "machine";
    private const string SymbolsKind = "symbols";
    private const string KernelLink = "kernel";
    private const string PluginLink = "plugin.so";
    private const string KeptLink = "kept";

    /// <summary>Each has a quarter of a GB on disk. Two kernels of three boots each, and as many of the build before, fit.</summary>
    private const int MostKept = 12;

    /// <summary>One that was used a moment ago may be about to be restored by another process.</summary>
    private static readonly TimeSpan MayBeInUse = TimeSpan.FromMinutes(10);

    private readonly HostCache cache;
    private readonly HostLog log;
    private readonly CancellationToken cancelled;
    private readonly Qemu qemu;
    private readonly HostKernel kernel;
    private readonly IReadOnlyList<(ModuleFile File, string Parameters)> modules;
    private readonly Payload payload;

    public QemuHost(Qemu qemu, HostParts parts)
    {
        (this.qemu, Boot) = (qemu, parts.Boot);
        (cache, kernel, modules, payload, log, cancelled) =
            (parts.Cache, parts.Kernel, parts.Modules, parts.Payload, parts.Log, parts.Cancelled);
    }

    /// <summary>When a guest is given up.</summary>
    public PatienceLimits Limits { get; init; } = PatienceLimits.Usual;

    private BootVariation Boot { get; }

    public bool IsKept => cache.TryOpen(Kind, Key()) != null;

    public string Emulator => qemu.Version;

    public void Keep() => TryKeep();

    public void RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress, Action<HostResult> came)
    {
        foreach (IReadOnlyList<string> command in commands) came(Run(command, progress, plugin: null));
    }

    public HostResult Follow(IReadOnlyList<string> arguments, Action<HostProgress> progress) =>
        Run(arguments, progress, PathPlugin.Get(cache, qemu, log, cancelled));

    /// <summary>
    /// Runs a command of exitprof in a private copy of the kept machine; where QEMU cannot keep one, in one that is booted for it.
    /// </summary>
    private HostResult Run(IReadOnlyList<string> arguments, Action<HostProgress> progress, string? plugin)
    {
        CacheEntry? kept = TryKeep();
        return cache.WithRoom(() => kept == null ? RunBooted(arguments, progress, plugin) : RunKept(kept, arguments, progress, plugin));
    }

    private HostResult RunKept(CacheEntry kept, IReadOnlyList<string> arguments, Action<HostProgress> progress, string? plugin)
    {
        // Entries are forgotten by the time of their last use.
        File.SetLastWriteTimeUtc(kept.File(CacheContents.FileName), DateTime.UtcNow);
        try
        {
            return RunRestored(kept, arguments, progress, plugin);
        }
        catch (QmpException e)
        {
            log($"QEMU cannot restore the kept machine ({e.Message}): booting one instead, which takes about half a minute and gives "
                + "the same figures");
            return RunBooted(arguments, progress, plugin);
        }
    }

    public byte[] Symbols(IReadOnlyList<string> arguments, string name)
    {
        CacheEntry entry = cache.GetOrMake(SymbolsKind, Key(), folder =>
        {
            HostResult result = Run(arguments, _ => { }, plugin: null);
            if (!result.Files.TryGetValue(name, out byte[]? symbols)) throw new HostException(
                $"The emulated host returned no symbols of its kernel: {result.Error}");
            File.WriteAllBytes(Path.Combine(folder, name), symbols);
            return $"functions of {kernel.Release} ({kernel.Origin})";
        }, cancelled);
        return File.ReadAllBytes(entry.File(name));
    }

    /// <summary>Boots a machine for one command.</summary>
    internal HostResult RunBooted(IReadOnlyList<string> arguments, Action<HostProgress> progress, string? plugin = null)
    {
        using Workspace work = cache.NewWorkspace();
        using QemuMachine machine = Start(work.Path, plugin);
        using FileStream mailbox = new(work.File(QemuArguments.Mailbox), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        MailboxCommand.Deliver(mailbox, MailboxCommand.Encode(arguments));
        return Finish(machine, work, progress);
    }

    private HostResult RunRestored(CacheEntry kept, IReadOnlyList<string> arguments, Action<HostProgress> progress, string? plugin)
    {
        using Workspace work = cache.NewWorkspace();
        MailboxCommand.WriteMailbox(work.File(QemuArguments.Mailbox), MailboxCommand.Encode(arguments));
        File.CreateSymbolicLink(work.File(KeptLink), kept.Folder);
        IReadOnlyList<string> arrangement =
        [
            .. QemuArguments.Machine($"{KeptLink}/{QemuArguments.Memory}", shared: false, Boot),
            .. Follow(work.Path, plugin),
            .. QemuArguments.Restore(),
        ];
        using var machine = new QemuMachine(qemu, arrangement, work.Path, Limits, cancelled);
        IgnoreSharedMemory(machine);
        machine.Call("migrate-incoming", new JsonObject { ["uri"] = $"exec:cat {KeptLink}/{QemuArguments.State}" });
        string status = machine.WaitWhile("query-status", "inmigrate");
        if (status == "internal-error") throw new QmpException("migrate-incoming", status);
        machine.Call("cont");
        return Finish(machine, work, progress);
    }

    private static HostResult Finish(QemuMachine machine, Workspace work, Action<HostProgress> progress)
    {
        const string ResultsFile = "results";
        machine.WaitFor(c => c.Results != null, progress);
        try
        {
            machine.Call("stop");
            machine.SaveMemory(machine.MailboxAddress() + MailboxLayout.ContentsOffset, machine.Console.Results!.Value, ResultsFile);
        }
        catch (QmpException e)
        {
            // It ran: booting another one would end alike.
            throw machine.Refused(e);
        }
        machine.Quit();
        HostResult result = HostResult.Decode(File.ReadAllBytes(work.File(ResultsFile)));
        // Written when QEMU ended.
        string ways = work.File(QemuArguments.Ways);
        return File.Exists(ways) ? result with { Ways = File.ReadAllBytes(ways) } : result;
    }

    private static IReadOnlyList<string> Follow(string folder, string? plugin)
    {
        if (plugin == null) return [];
        File.CreateSymbolicLink(Path.Combine(folder, PluginLink), plugin);
        return QemuArguments.Follow("./" + PluginLink);
    }

    /// <returns>Null if this QEMU cannot keep a machine.</returns>
    private CacheEntry? TryKeep()
    {
        try
        {
            string key = Key();
            if (cache.TryOpen(Kind, key) is { } there) return there;
            CacheEntry made = cache.GetOrMake(Kind, key, MakeKept, cancelled);
            ForgetOldest(made);
            return made;
        }
        catch (QmpException e)
        {
            log($"this QEMU cannot keep a machine ({e.Message}): booting one for each command, which takes about half a minute and "
                + "gives the same figures");
            return null;
        }
    }

    private string MakeKept(string folder)
    {
        log($"booting Linux {kernel.Release} in an emulated host, once; it is kept for the next commands (half a minute of CPU time, "
            + "0.3 GB on disk)");
        using QemuMachine machine = Start(folder);
        machine.Call("stop");
        IgnoreSharedMemory(machine);
        machine.Call("migrate", new JsonObject { ["uri"] = $"exec:cat > {QemuArguments.State}" });
        string status = machine.WaitWhile("query-migrate", "", "none", "setup", "active", "device", "wait-unplug", "pre-switchover");
        if (status != "completed") throw new QmpException("migrate", status);
        machine.Quit();
        foreach (string passing in (string[])[QemuArguments.InitialRoot, QemuArguments.Mailbox, KernelLink]) File.Delete(
            Path.Combine(folder, passing));
        return $"{kernel.Release} ({kernel.Origin}), {qemu.Version}";
    }

    /// <summary>Boots until exitprof waits in the guest.</summary>
    private QemuMachine Start(string folder, string? plugin = null)
    {
        using (FileStream image = File.Create(Path.Combine(folder, QemuArguments.InitialRoot))) GuestImage.Write(image, modules, payload);
        using (FileStream mailbox = File.Create(Path.Combine(folder, QemuArguments.Mailbox))) mailbox.SetLength(MailboxLayout.Bytes);
        File.CreateSymbolicLink(Path.Combine(folder, KernelLink), kernel.Image);
        IReadOnlyList<string> arrangement =
        [
            .. QemuArguments.Machine(QemuArguments.Memory, shared: true, Boot), .. Follow(folder, plugin),
            .. QemuArguments.Boot(KernelLink, Boot),
        ];
        var machine = new QemuMachine(qemu, arrangement, folder, Limits, cancelled);
        try
        {
            machine.WaitFor(c => c.Length > 0, _ => { }, Limits.UntilFirstWord);
            machine.WaitFor(c => c.Ready, _ => { });
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>The memory lies in files, which need not pass through the stream of the device state.</summary>
    private static void IgnoreSharedMemory(QemuMachine machine) =>
        machine.Call("migrate-set-capabilities",
            new JsonObject { ["capabilities"] = new JsonArray(new JsonObject { ["capability"] = "x-ignore-shared", ["state"] = true }) });

    /// <summary>All that a kept machine depends on.</summary>
    private string Key()
    {
        string all = string.Join('\n',
        [
            qemu.Version, .. QemuArguments.Machine(QemuArguments.Memory, shared: true, Boot), QemuArguments.KernelCommandLine(Boot),
            kernel.Checksum(), .. GuestImage.Identity(modules, payload),
        ]);
        return $"{kernel.Release}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16]}";
    }

    private void ForgetOldest(CacheEntry made)
    {
        IEnumerable<(CacheEntry Entry, DateTime Used)> machines = cache.List().Where(e => e.Kind == Kind && e.Key != made.Key)
            .Select(e => (e, File.GetLastWriteTimeUtc(e.File(CacheContents.FileName)))).OrderByDescending(m => m.Item2);
        foreach ((CacheEntry old, DateTime used) in machines.Skip(MostKept - 1))
        {
            if (DateTime.UtcNow - used > MayBeInUse) HostCache.Forget(old);
        }
    }
}

namespace ExitProf.Hosts;

/// <summary>
/// A machine with KVM on VMX, emulated by Bochs, in which this exitprof runs commands. Bochs cannot keep a machine: it is booted whole, for
/// one command or for a list of them.
/// </summary>
internal sealed class BochsHost(Bochs bochs, HostParts parts) : IHostMachine
{
    public bool IsKept => false;

    public string Emulator => bochs.Version;

    /// <summary>There is nothing to keep but what was fetched.</summary>
    public void Keep()
    {
    }

    public PatienceLimits Limits { get; init; } = PatienceLimits.OfBochs;

    public void RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress, Action<HostResult> came)
    {
        using Workspace work = parts.Cache.WithRoom(parts.Cache.NewWorkspace);
        using BochsMachine machine = parts.Cache.WithRoom(() => Boot(work, commands, progress));
        // Whoever takes a result may run out of room on another disk than the cache's.
        for (int i = 0; i < commands.Count; i++) came(parts.Cache.WithRoom(() => machine.WaitForResult(i, progress)));
    }

    private BochsMachine Boot(Workspace work, IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress)
    {
        BootCd.Write(work.File(BochsConfiguration.Cd), bochs, parts.Kernel.Image, BochsConfiguration.KernelCommandLine,
            stream => GuestImage.Write(stream, parts.Modules, parts.Payload, commands), parts.Cancelled);
        var machine = new BochsMachine(bochs, work.Path, Limits, parts.Cancelled);
        try
        {
            // Minutes pass before a recorder says the first word.
            progress(new HostProgress(0, 0, "booting Linux"));
            machine.WaitFor(c => c.Length > 0, _ => { }, Limits.UntilFirstWord);
            machine.WaitFor(c => c.Up, _ => { });
            progress(new HostProgress(0, 0, "starting .NET in the emulated host"));
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    public HostResult Follow(IReadOnlyList<string> arguments, Action<HostProgress> progress) =>
        throw new InvalidOperationException("Bochs writes down no ways of exits.");

    public byte[] Symbols(IReadOnlyList<string> arguments, string name) =>
        throw new InvalidOperationException("Bochs writes down no ways of exits.");
}

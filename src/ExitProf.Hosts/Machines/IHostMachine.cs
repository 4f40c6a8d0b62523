namespace ExitProf.Hosts;

/// <summary>A way to have a machine with KVM: kept and restored, or booted whole.</summary>
internal interface IHostMachine
{
    /// <summary>"QEMU emulator version 7.2.22 (…)".</summary>
    string Emulator { get; }

    /// <summary>Whether it need not be booted.</summary>
    bool IsKept { get; }

    /// <summary>Makes what can be kept for later commands, if it is not there yet.</summary>
    void Keep();

    /// <summary>Runs commands of exitprof; where a machine is booted for them, all of them in one boot.</summary>
    /// <param name="came">Takes each result as soon as it is there, in the order of the commands.</param>
    /// <exception cref="HostException">The machine did not do it; what came before is whole.</exception>
    void RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress, Action<HostResult> came);

    /// <summary>Runs a command, and writes down the ways of its exits.</summary>
    HostResult Follow(IReadOnlyList<string> arguments, Action<HostProgress> progress);

    /// <inheritdoc cref="EmulatedHost.Symbols"/>
    byte[] Symbols(IReadOnlyList<string> arguments, string name);
}

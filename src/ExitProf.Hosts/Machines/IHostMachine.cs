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

    /// <inheritdoc cref="EmulatedHost.RunAll"/>
    IReadOnlyList<HostResult> RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress);

    /// <summary>Runs a command, and writes down the ways of its exits.</summary>
    HostResult Follow(IReadOnlyList<string> arguments, Action<HostProgress> progress);

    /// <inheritdoc cref="EmulatedHost.Symbols"/>
    byte[] Symbols(IReadOnlyList<string> arguments, string name);
}

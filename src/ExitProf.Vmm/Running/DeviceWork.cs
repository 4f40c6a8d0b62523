namespace ExitProf.Vmm;

/// <summary>How the VMM gets at the guest's registers while it answers.</summary>
public enum RegisterTransfer
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>KVM_GET_REGS and KVM_SET_REGS.</summary>
    GetSetRegs,

    /// <summary>KVM_CAP_SYNC_REGS: they stand in kvm_run.</summary>
    SyncRegs,
}

/// <summary>What the device in the VMM does at each exit beside answering: a cost that is planted to see where it is found.</summary>
/// <param name="Cycles">It busy-waits so long, by the TSC.</param>
/// <param name="Instructions">It executes so many more instructions.</param>
public readonly record struct DeviceWork(ulong Cycles, ulong Instructions)
{
    public const int MostCopyBytes = 16384;

    public static DeviceWork None => default;

    /// <summary>It copies so many bytes; null if copying is not its work.</summary>
    public int? CopyBytes { get; init; }

    /// <summary>By this way it puts the answer into the guest's rbx; null if that is not its work.</summary>
    public RegisterTransfer? Transfer { get; init; }

    /// <summary>What the loop has to be able to do for it.</summary>
    public LoopParts Parts =>
        (Cycles > 0 || Instructions > 0 ? LoopParts.Delay : LoopParts.None)
        | (CopyBytes != null ? LoopParts.Copy : LoopParts.None)
        | (Transfer != null ? LoopParts.Transfer : LoopParts.None);
}

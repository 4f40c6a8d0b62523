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

/// <summary>In what state the VMM leaves its vector registers when it enters the guest.</summary>
public enum VectorState
{
    /// <summary>As after a reset: the CPU knows that there is nothing to save.</summary>
    Clean,

    /// <summary>All 256 bits of the 16 registers of AVX.</summary>
    Ymm,

    /// <summary>All 512 bits of the 32 registers of AVX-512, and its masks.</summary>
    Zmm,
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

    /// <summary>It leaves the vector registers so; null if it does not touch them.</summary>
    public VectorState? Vectors { get; init; }

    /// <summary>Whether it lets another thread run on the CPU; null if that is not its work.</summary>
    public bool? OtherThread { get; init; }

    /// <summary>It puts the guest's registers into this state; null if that is not its work.</summary>
    public GuestState? Restore { get; init; }

    /// <summary>It changes the guest's CR3 by these bits; null if that is not its work.</summary>
    public ulong? Cr3Change { get; init; }

    /// <summary>It sends the guest to this address, with RCX behind the instruction that exited; null if that is not its work.</summary>
    public ulong? ReflectTo { get; init; }

    /// <summary>It finds who answers on the guest's <see cref="SharedBus"/>, behind this lock; null if there is one device only.</summary>
    public BusLock? BusLock { get; init; }

    /// <summary>So many cycles longer it keeps that lock.</summary>
    public ulong BusHeld { get; init; }

    /// <summary>What the loop has to be able to do for it.</summary>
    public LoopParts Parts =>
        (Cycles > 0 || Instructions > 0 ? LoopParts.Delay : LoopParts.None)
        | (CopyBytes != null ? LoopParts.Copy : LoopParts.None)
        | (Transfer != null ? LoopParts.Transfer : LoopParts.None)
        | (Vectors != null ? LoopParts.Vectors : LoopParts.None)
        | (OtherThread != null ? LoopParts.OtherThread : LoopParts.None)
        | (Restore != null || Cr3Change != null ? LoopParts.SetState : LoopParts.None)
        | (ReflectTo != null ? LoopParts.Reflect : LoopParts.None)
        | (BusLock != null ? LoopParts.BusLookup : LoopParts.None);
}

/// <summary>All registers of a guest that its program needs.</summary>
public sealed class GuestState
{
    public KvmRegs Regs { get; set; }

    public KvmSregs Sregs { get; set; }
}

namespace ExitProf.Vmm;

/// <summary>KVM_CAP_* numbers of &lt;linux/kvm.h&gt;.</summary>
public enum KvmCap
{
    Irqchip = 0,
    UserMemory = 3,
    SetTssAddr = 4,
    ExtCpuid = 7,
    NrMemslots = 10,
    Ioeventfd = 36,
    TscControl = 60,
    GetTscKhz = 61,
    SyncRegs = 74,
    IoeventfdAnyLength = 122,
    ReadonlyMem = 81,
    EnableCapVm = 98,
    ImmediateExit = 136,
    X86UserSpaceMsr = 188,
    ExitOnEmulationFailure = 204,
    Xsave2 = 208,
}

using System.Text;

namespace ExitProf.Vmm;

/// <summary>What KVM tells user space: KVM_EXIT_* of &lt;linux/kvm.h&gt;. What the CPU said is another vocabulary.</summary>
public enum ExitReason : uint
{
    Unknown = 0,
    Exception = 1,
    Io = 2,
    Hypercall = 3,
    Debug = 4,
    Hlt = 5,
    Mmio = 6,
    IrqWindowOpen = 7,
    Shutdown = 8,
    FailEntry = 9,
    Intr = 10,
    SetTpr = 11,
    TprAccess = 12,
    Nmi = 16,
    InternalError = 17,
    SystemEvent = 24,
    IoapicEoi = 26,
    Hyperv = 27,
    X86Rdmsr = 29,
    X86Wrmsr = 30,
    DirtyRingFull = 31,
    ApResetHold = 32,
    X86BusLock = 33,
    Xen = 34,
    Notify = 37,
    MemoryFault = 39,
    Tdx = 40,
}

public static class ExitReasonNames
{
    /// <summary>
    /// "KVM_EXIT_X86_RDMSR", from the member's own name; an unknown reason keeps its number: "KVM_EXIT_40". The table of names is the
    /// traces' own (KvmExitNames), which this project does not know.
    /// </summary>
    public static string Name(this ExitReason reason)
    {
        var name = new StringBuilder("KVM_EXIT");
        string member = reason.ToString();
        for (int i = 0; i < member.Length; i++)
        {
            if (i == 0 || char.IsUpper(member[i])) name.Append('_');
            name.Append(char.ToUpperInvariant(member[i]));
        }
        return name.ToString();
    }
}

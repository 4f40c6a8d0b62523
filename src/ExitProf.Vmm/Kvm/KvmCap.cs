namespace ExitProf.Vmm;

/// <summary>KVM_CAP_* numbers of &lt;linux/kvm.h&gt;.</summary>
public enum KvmCap
{
    X86UserSpaceMsr = 188,
    ExitOnEmulationFailure = 204,
    Xsave2 = 208,
}

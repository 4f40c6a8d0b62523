using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Who translates guest addresses on this host.</summary>
public enum KvmPaging
{
    /// <summary>KVM, in page tables that it makes from the guest's: PVM, and VMX and SVM with EPT or NPT switched off.</summary>
    Shadow,

    /// <summary>The CPU, in the guest's page tables and Intel's extended ones.</summary>
    Ept,

    /// <summary>The CPU, in the guest's page tables and AMD's nested ones.</summary>
    Npt,
}

public static class KvmPagingDetection
{
    public static KvmPaging Detect(Backend backend, string sysModule = "/sys/module") => backend switch
    {
        Backend.Vmx when On(sysModule, "kvm_intel", "ept") => KvmPaging.Ept,
        Backend.Svm when On(sysModule, "kvm_amd", "npt") => KvmPaging.Npt,
        _ => KvmPaging.Shadow,
    };

    /// <summary>
    /// Whether the CPU's own walk of the guest's page tables counts as writing to them, so that none may be read-only: always with NPT, and
    /// with EPT where its accessed and dirty flags are on (Intel SDM volume 3, 29.3.5).
    /// </summary>
    public static bool WalkWrites(KvmPaging paging, string sysModule = "/sys/module") => paging switch
    {
        KvmPaging.Npt => true,
        KvmPaging.Ept => On(sysModule, "kvm_intel", "eptad"),
        _ => false,
    };

    private static bool On(string sysModule, string module, string parameter) =>
        Sysfs.ReadLine(Path.Combine(sysModule, module, "parameters", parameter)) is "Y" or "1";
}

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

    private static bool On(string sysModule, string module, string parameter) =>
        HostFacts.ReadLine(Path.Combine(sysModule, module, "parameters", parameter)) is "Y" or "1";
}

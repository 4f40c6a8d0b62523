namespace ExitProf.Hosts;

/// <summary>A kind of hardware virtualization that an emulator offers to KVM.</summary>
/// <param name="Name">As a CPU's manual has it.</param>
/// <param name="Module">KVM's part for it, as in /proc/modules.</param>
public sealed record Virtualization(string Name, string Module)
{
    public static Virtualization Svm { get; } = new("SVM", "kvm_amd");

    public static Virtualization Vmx { get; } = new("VMX", "kvm_intel");

    /// <summary>"kvm-amd.ko", as a build names it.</summary>
    public string ModuleFile => Module.Replace('_', '-') + ".ko";
}

namespace ExitProf.Hosts;

/// <summary>What an emulated host is to be made of.</summary>
/// <param name="Modules">A folder of the kernel's modules; null for its own.</param>
/// <param name="ModulesOver">A folder whose modules replace the kernel's of the same name; null if there is none.</param>
/// <param name="Extra">Loaded after KVM.</param>
public sealed record HostRequest(
    KernelChoice Kernel, string? Modules, string? ModulesOver, IReadOnlyList<ExtraModule> Extra, bool MayDownload)
{
    /// <summary>What serves inside; null for this exitprof itself.</summary>
    public GuestProgram? Program { get; init; }

    /// <summary>What its CPU offers to KVM: SVM by QEMU, VMX by Bochs.</summary>
    public Virtualization Virtualization { get; init; } = Virtualization.Svm;

    /// <summary>Which of the boots that differ on purpose.</summary>
    public BootVariation Boot { get; init; } = BootVariation.Usual;
}

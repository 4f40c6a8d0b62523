using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

/// <summary>What each recorded scenario's exits must look like: the sequences that were measured on the hosts, written by hand.</summary>
/// <param name="KvmExit">Empty for exits that the kernel answers.</param>
internal sealed record HostScenario(ExitKind Kind, Destination Destination, string Reason, string KvmExit, string Signature)
{
    private const string UserspaceAlone = "kvm_fpu:unload kvm_userspace_exit sys_exit sys_enter kvm_fpu:load";
    private const string UserspaceProbed = "kvm_fpu:unload kvm_arch_vcpu_put:begin kvm_arch_vcpu_put:end kvm_userspace_exit "
        + "sys_exit sys_enter kvm_arch_vcpu_load:begin kvm_arch_vcpu_load:end kvm_fpu:load";

    /// <returns>Null for scenarios whose guest makes no exits of its own.</returns>
    public static HostScenario? Of(Backend backend, string scenario)
    {
        bool vmx = backend == Backend.Vmx;
        string name = scenario.Split('-') switch
        {
            ["kprobe", var kind, ..] => kind,
            ["kvm", var kind, ..] => kind,
            ["lean", ..] => "lean",
            [var kind, ..] => kind,
            _ => scenario,
        };
        bool probed = scenario.StartsWith("kprobe-", StringComparison.Ordinal);
        string userspace = probed ? UserspaceProbed : UserspaceAlone;
        string write = probed ? "kvm_io_bus_write:begin kvm_io_bus_write:end " : "", read = write.Replace("write", "read", StringComparison.Ordinal);
        string fault = vmx ? "" : "kvm_page_fault ";
        string memory = vmx ? "EPT_MISCONFIG" : "npf";
        string io = vmx ? "IO_INSTRUCTION" : "io";
        // QEMU's TCG has no NRIPS: KVM decodes the instruction to skip it.
        string skip = vmx ? "" : " kvm_emulate_insn";
        return name switch
        {
            "pio_out" => new(ExitKind.PioOut, Destination.Userspace, io, "KVM_EXIT_IO", $"kvm_exit kvm_pio {write}{userspace} kvm_entry"),
            "pio_outs" => new(ExitKind.PioOut, Destination.Userspace, io, "KVM_EXIT_IO", $"kvm_exit kvm_emulate_insn kvm_pio {userspace} kvm_entry"),
            "pio_in" => new(ExitKind.PioIn, Destination.Userspace, io, "KVM_EXIT_IO", $"kvm_exit {read}{userspace} kvm_pio kvm_entry"),
            "ioeventfd_pio" => new(ExitKind.PioOut, Destination.Kernel, io, "", $"kvm_exit kvm_pio {write}kvm_entry"),
            // Without kvm_fpu and kvm_userspace_exit nothing shows that user space was reached.
            "lean" => new(ExitKind.PioOut, Destination.Kernel, io, "", "kvm_exit kvm_pio kvm_entry"),
            "mmio_write" => new(ExitKind.MmioWrite, Destination.Userspace, memory, "KVM_EXIT_MMIO", $"kvm_exit {fault}kvm_emulate_insn vcpu_match_mmio kvm_mmio {write}{userspace} kvm_entry"),
            "mmio_read" => new(ExitKind.MmioRead, Destination.Userspace, memory, "KVM_EXIT_MMIO", $"kvm_exit {fault}kvm_emulate_insn vcpu_match_mmio kvm_mmio {userspace} kvm_mmio kvm_entry"),
            "ioeventfd_mmio" => new(ExitKind.MmioWrite, Destination.Kernel, memory, "", $"kvm_exit {fault}kvm_emulate_insn vcpu_match_mmio kvm_mmio kvm_entry"),
            "do_cpuid" => new(ExitKind.Cpuid, Destination.Kernel, vmx ? "CPUID" : "cpuid", "", $"kvm_exit kvm_cpuid{skip} kvm_entry"),
            "hypercall" or "vmcall" => new(ExitKind.Hypercall, Destination.Kernel, vmx ? "VMCALL" : "hypercall", "", $"kvm_exit kvm_hypercall{skip} kvm_entry"),
            "wrmsr" => new(ExitKind.Msr, Destination.Kernel, vmx ? "MSR_WRITE" : "msr", "", $"kvm_exit kvm_msr{skip} kvm_entry"),
            "hlt" => new(ExitKind.Hlt, Destination.Userspace, vmx ? "HLT" : "hlt", "KVM_EXIT_HLT", $"kvm_exit{skip} {userspace} kvm_entry"),
            "nothing" or "do_pause" => null,
            _ => throw new ArgumentOutOfRangeException(nameof(scenario), scenario, "A recording whose sequence nobody has written down."),
        };
    }
}

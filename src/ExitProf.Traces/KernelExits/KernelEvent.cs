using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>
/// A kernel trace event as far as the border table and the pairing of exits need it. Text importers make the same from their lines.
/// Its parts can be set one by one: written where the event stays, millions a second need no copies.
/// </summary>
/// <param name="Tsc">When it happened, in the trace's clock.</param>
/// <param name="Pid">The thread that was running: the vCPU's, if the event belongs to an exit.</param>
/// <param name="InterruptsOff">
/// TRACE_FLAG_IRQS_OFF of common_flags. A <c>kvm_exit</c> with interrupts on (SVM before 6.12) was written after the host had handled the
/// interrupt that caused the exit, if one did.
/// </param>
/// <param name="Code">
/// kvm_exit: exit_reason; kvm_pio: 1 for a write; kvm_mmio: 0 for an unsatisfied read, 1 for a read, 2 for a write; kvm_userspace_exit:
/// KVM_EXIT_*; kvm_msr, kvm_apic: 1 for a write; kvm_emulate_insn: 1 if it failed; sys_enter and sys_exit: number of the call.
/// </param>
/// <param name="Detail">kvm_exit: isa (1 VMX, 2 SVM); kvm_userspace_exit: errno as it is, 0 or negative; kvm_pio and kvm_mmio: bytes;
/// kvm_entry: vCPU; the end of a bus search: 0 if a device answered, -95 (EOPNOTSUPP) if there is none.</param>
/// <param name="Address">
/// kvm_exit: info1; kvm_pio: port; kvm_mmio, kvm_fast_mmio: guest-physical address; kvm_page_fault: its address; kvm_msr, read_msr,
/// write_msr: MSR; kvm_cpuid: leaf; kvm_hypercall: number; kvm_apic: register; sys_enter: the ioctl's request.
/// </param>
[StructLayout(LayoutKind.Auto)]
public record struct KernelEvent(ulong Tsc, Stamp Stamp, int Pid, bool InterruptsOff, uint Code, int Detail, ulong Address)
{
    /// <summary>kvm_exit: info2; on SVM the guest-physical address of a nested page fault. 0 where it is not known.</summary>
    public ulong Info2 { get; set; }

    /// <summary>kvm_exit: the guest's instruction; 0 where it is not known or not asked for.</summary>
    public ulong Rip { get; set; }

    /// <summary>Its time is not its own but that of the event before: it says something about its exit, and begins no step of it.</summary>
    public bool IsUntimed { get; set; }

    /// <summary>isa of kvm_exit: the CPU's extension whose exit reasons it uses.</summary>
    public const int IsaVmx = 1;
    public const int IsaSvm = 2;

    public const uint MmioUnsatisfiedRead = 0;
    public const uint MmioRead = 1;
    public const uint MmioWrite = 2;
}

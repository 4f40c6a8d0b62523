namespace ExitProf.Traces;

/// <summary>
/// What wrote a time stamp: the guest, the VMM, or one of the kernel's trace events (named like the event).
/// The numbers are part of the trace format: append, never renumber.
/// </summary>
public enum Stamp : byte
{
    /// <summary>The guest read the TSC just before the instruction that exits.</summary>
    GuestBefore = 1,

    /// <summary>The guest read the TSC just after the instruction that exited.</summary>
    GuestAfter = 2,

    /// <summary>KVM_RUN returned to the VMM.</summary>
    RunReturned = 3,

    /// <summary>The VMM is about to call KVM_RUN.</summary>
    RunCalled = 4,

    KvmExit = 10,
    KvmEntry = 11,

    /// <summary>rcu:rcu_utilization "Start context switch": on PVM the only event beside the world switch.</summary>
    RcuStart = 12,
    RcuEnd = 13,
    KvmEmulateInsn = 14,
    KvmPio = 15,
    KvmMmio = 16,
    KvmFpuUnload = 17,
    KvmFpuLoad = 18,
    KvmUserspaceExit = 19,
    SysExit = 20,
    SysEnter = 21,
    KvmPageFault = 22,
    VcpuMatchMmio = 23,
    KvmFastMmio = 24,
    KvmCpuid = 25,
    KvmMsr = 26,
    KvmHypercall = 27,
    KvmApic = 28,
    KvmEoi = 29,
    KvmInjVirq = 30,
    KvmInjException = 31,
    ReadMsr = 32,
    WriteMsr = 33,

    /// <summary>A probe at the entry of kvm_io_bus_write.</summary>
    BusWriteBegin = 34,

    /// <summary>A probe at its return.</summary>
    BusWriteEnd = 35,
    BusReadBegin = 36,
    BusReadEnd = 37,

    /// <summary>The begin of kvm_arch_vcpu_put; the others are of kvm_io_bus_read and kvm_arch_vcpu_load.</summary>
    VcpuPutBegin = 38,
    VcpuPutEnd = 39,
    VcpuLoadBegin = 40,
    VcpuLoadEnd = 41,

    /// <summary>sched:sched_switch took the vCPU's thread off its CPU.</summary>
    SchedOut = 42,

    /// <summary>It gave the thread a CPU, maybe another one.</summary>
    SchedIn = 43,

    /// <summary>The VMM, inside <c>userspace</c> and in traced blocks only: it begins to look for the instruction in its cache.</summary>
    VmmLookup = 200,

    /// <summary>
    /// It begins to fetch the instruction's bytes. The stamp is there even where there is nothing to do, as are the others: one signature
    /// for all.
    /// </summary>
    VmmFetch = 201,
    VmmDecode = 202,

    /// <summary>Before the device: address and operand; after it: what the instruction computes.</summary>
    VmmEmulate = 203,
    VmmDevice = 204,

    /// <summary>Vector registers are read or written, which takes a system call. Only for instructions that use them.</summary>
    VmmVectorState = 205,
    VmmWriteBack = 206,

    /// <summary>The VMM is about to take the lock of its bus; like all its steps in traced blocks only.</summary>
    VmmBusLock = 210,

    /// <summary>It has it.</summary>
    VmmBusLocked = 211,

    /// <summary>It has found the device and had its answer.</summary>
    VmmBusFound = 212,

    /// <summary>It has released the lock.</summary>
    VmmBusReleased = 213,

    /// <summary>The VMM is about to make a system call that is itself what is measured: no guest exits.</summary>
    CallBegin = 230,

    /// <summary>That call is back.</summary>
    CallEnd = 231,

    /// <summary>Another thread of the VMM is about to wake the halted guest.</summary>
    WakeSent = 232,

    /// <summary>An event that was enabled but has no meaning in the border table.</summary>
    Other = 255,
}

/// <summary>The names under which stamps are printed and stored.</summary>
public static class StampNames
{
    public static string Name(this Stamp stamp) => stamp switch
    {
        Stamp.GuestBefore => "guest:before",
        Stamp.GuestAfter => "guest:after",
        Stamp.RunReturned => "vmm:run-returned",
        Stamp.RunCalled => "vmm:run-called",
        Stamp.KvmExit => "kvm_exit",
        Stamp.KvmEntry => "kvm_entry",
        Stamp.RcuStart => "rcu_utilization:start",
        Stamp.RcuEnd => "rcu_utilization:end",
        Stamp.KvmEmulateInsn => "kvm_emulate_insn",
        Stamp.KvmPio => "kvm_pio",
        Stamp.KvmMmio => "kvm_mmio",
        Stamp.KvmFpuUnload => "kvm_fpu:unload",
        Stamp.KvmFpuLoad => "kvm_fpu:load",
        Stamp.KvmUserspaceExit => "kvm_userspace_exit",
        Stamp.SysExit => "sys_exit",
        Stamp.SysEnter => "sys_enter",
        Stamp.KvmPageFault => "kvm_page_fault",
        Stamp.VcpuMatchMmio => "vcpu_match_mmio",
        Stamp.KvmFastMmio => "kvm_fast_mmio",
        Stamp.KvmCpuid => "kvm_cpuid",
        Stamp.KvmMsr => "kvm_msr",
        Stamp.KvmHypercall => "kvm_hypercall",
        Stamp.KvmApic => "kvm_apic",
        Stamp.KvmEoi => "kvm_eoi",
        Stamp.KvmInjVirq => "kvm_inj_virq",
        Stamp.KvmInjException => "kvm_inj_exception",
        Stamp.ReadMsr => "read_msr",
        Stamp.WriteMsr => "write_msr",
        Stamp.BusWriteBegin => "kvm_io_bus_write:begin",
        Stamp.BusWriteEnd => "kvm_io_bus_write:end",
        Stamp.BusReadBegin => "kvm_io_bus_read:begin",
        Stamp.BusReadEnd => "kvm_io_bus_read:end",
        Stamp.VcpuPutBegin => "kvm_arch_vcpu_put:begin",
        Stamp.VcpuPutEnd => "kvm_arch_vcpu_put:end",
        Stamp.VcpuLoadBegin => "kvm_arch_vcpu_load:begin",
        Stamp.VcpuLoadEnd => "kvm_arch_vcpu_load:end",
        Stamp.SchedOut => "sched_switch:out",
        Stamp.SchedIn => "sched_switch:in",
        Stamp.CallBegin => "vmm:call-begin",
        Stamp.CallEnd => "vmm:call-end",
        Stamp.WakeSent => "vmm:wake-sent",
        Stamp.VmmLookup => "vmm:lookup",
        Stamp.VmmFetch => "vmm:fetch",
        Stamp.VmmDecode => "vmm:decode",
        Stamp.VmmEmulate => "vmm:emulate",
        Stamp.VmmDevice => "vmm:device",
        Stamp.VmmVectorState => "vmm:vector-state",
        Stamp.VmmWriteBack => "vmm:write-back",
        Stamp.VmmBusLock => "vmm:bus-lock",
        Stamp.VmmBusLocked => "vmm:bus-locked",
        Stamp.VmmBusFound => "vmm:bus-found",
        Stamp.VmmBusReleased => "vmm:bus-released",
        Stamp.Other => "other",
        _ => $"stamp-{(byte)stamp}",
    };

    /// <summary>Stamps of the kernel cost a probe; those of the guest and the VMM are part of the program under test.</summary>
    public static bool IsKernelEvent(this Stamp stamp) =>
        stamp >= Stamp.KvmExit && !stamp.IsStep() && stamp is not (Stamp.CallBegin or Stamp.CallEnd or Stamp.WakeSent);

    /// <summary>
    /// Stamps of the VMM's own steps, which it makes in traced blocks only: they cost less than an event, and what they cost is known
    /// (<see cref="TraceHeader.StepFloor"/>).
    /// </summary>
    public static bool IsStep(this Stamp stamp) =>
        stamp is >= Stamp.VmmLookup and <= Stamp.VmmWriteBack or >= Stamp.VmmBusLock and <= Stamp.VmmBusReleased;

    /// <summary>
    /// Whether a signature has both of its ends: only then is the time from its first stamp to its last one what was measured.
    /// </summary>
    public static bool HasBothEnds(this ReadOnlySpan<Stamp> signature) =>
        signature is [Stamp.GuestBefore or Stamp.WakeSent, .., Stamp.GuestAfter] or [Stamp.CallBegin, .., Stamp.CallEnd]
        || signature.IsPairedByKernel();

    /// <summary>
    /// Whether an exit of a machine without stamps of its own goes from the kernel's border behind the guest to that before it.
    /// </summary>
    public static bool IsPairedByKernel(this ReadOnlySpan<Stamp> signature) =>
        signature is [Stamp.KvmExit, .., Stamp.KvmEntry] or [Stamp.RcuStart, .., Stamp.RcuStart];

    /// <summary>The event group that the stamp's event is switched with; none for guest and VMM.</summary>
    public static EventGroups Group(this Stamp stamp) => stamp switch
    {
        Stamp.RcuStart or Stamp.RcuEnd => EventGroups.Rcu,
        Stamp.SysExit or Stamp.SysEnter => EventGroups.RawSyscalls,
        Stamp.ReadMsr or Stamp.WriteMsr => EventGroups.Msr,
        >= Stamp.BusWriteBegin and <= Stamp.VcpuLoadEnd => EventGroups.Probes,
        _ => stamp.IsKernelEvent() ? EventGroups.Kvm : EventGroups.None,
    };
}

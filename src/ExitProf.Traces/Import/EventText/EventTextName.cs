using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>The events that a text can have a body of.</summary>
internal enum EventTextName : byte
{
    Other,
    KvmExit,
    KvmEntry,
    KvmPio,
    KvmMmio,
    KvmFpu,
    KvmUserspaceExit,
    KvmMsr,
    KvmCpuid,
    KvmHypercall,
    KvmApic,
    KvmEoi,
    KvmPageFault,
    KvmEmulateInsn,
    KvmInjVirq,
    KvmInjException,
    KvmFastMmio,
    VcpuMatchMmio,
    KvmVcpuWakeup,
    RcuUtilization,
    SysEnter,
    SysExit,
    SysEnterIoctl,
    SysExitIoctl,
    ReadMsr,
    WriteMsr,
    SchedSwitch,
    BusWriteBegin,
    BusWriteEnd,
    BusReadBegin,
    BusReadEnd,
    VcpuPutBegin,
    VcpuPutEnd,
    VcpuLoadBegin,
    VcpuLoadEnd,

    /// <summary>The exit of the guest's own guest: the view of the nested hypervisor.</summary>
    KvmNestedVmexit,
}

internal static class EventTextNames
{
    /// <summary>Told by length first: millions of lines a second are asked for theirs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static EventTextName Of(ReadOnlySpan<byte> name) => name.StartsWith("kvm_"u8) ? OfKvm(name[4..]) : OfOther(name);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EventTextName OfKvm(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("pio"u8) => EventTextName.KvmPio,
        3 when name.SequenceEqual("fpu"u8) => EventTextName.KvmFpu,
        3 when name.SequenceEqual("msr"u8) => EventTextName.KvmMsr,
        3 when name.SequenceEqual("eoi"u8) => EventTextName.KvmEoi,
        4 when name.SequenceEqual("exit"u8) => EventTextName.KvmExit,
        4 when name.SequenceEqual("mmio"u8) => EventTextName.KvmMmio,
        4 when name.SequenceEqual("apic"u8) => EventTextName.KvmApic,
        5 when name.SequenceEqual("entry"u8) => EventTextName.KvmEntry,
        // MIPS and LoongArch; PowerPC and s390 have events of their own for both ends.
        5 when name.SequenceEqual("enter"u8) => EventTextName.KvmEntry,
        7 when name.SequenceEqual("reenter"u8) => EventTextName.KvmEntry,
        10 when name.SequenceEqual("guest_exit"u8) => EventTextName.KvmExit,
        11 when name.SequenceEqual("guest_enter"u8) => EventTextName.KvmEntry,
        13 when name.SequenceEqual("s390_sie_exit"u8) => EventTextName.KvmExit,
        14 when name.SequenceEqual("s390_sie_enter"u8) => EventTextName.KvmEntry,
        5 when name.SequenceEqual("cpuid"u8) => EventTextName.KvmCpuid,
        8 when name.SequenceEqual("inj_virq"u8) => EventTextName.KvmInjVirq,
        9 when name.SequenceEqual("hypercall"u8) => EventTextName.KvmHypercall,
        9 when name.SequenceEqual("fast_mmio"u8) => EventTextName.KvmFastMmio,
        10 when name.SequenceEqual("page_fault"u8) => EventTextName.KvmPageFault,
        11 when name.SequenceEqual("vcpu_wakeup"u8) => EventTextName.KvmVcpuWakeup,
        12 when name.SequenceEqual("emulate_insn"u8) => EventTextName.KvmEmulateInsn,
        13 when name.SequenceEqual("inj_exception"u8) => EventTextName.KvmInjException,
        13 when name.SequenceEqual("nested_vmexit"u8) => EventTextName.KvmNestedVmexit,
        14 when name.SequenceEqual("userspace_exit"u8) => EventTextName.KvmUserspaceExit,
        _ => EventTextName.Other,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EventTextName OfOther(ReadOnlySpan<byte> name) => name.Length switch
    {
        8 when name.SequenceEqual("sys_exit"u8) => EventTextName.SysExit,
        8 when name.SequenceEqual("read_msr"u8) => EventTextName.ReadMsr,
        9 when name.SequenceEqual("sys_enter"u8) => EventTextName.SysEnter,
        9 when name.SequenceEqual("write_msr"u8) => EventTextName.WriteMsr,
        12 when name.SequenceEqual("sched_switch"u8) => EventTextName.SchedSwitch,
        12 when name.SequenceEqual("vcpu_put_end"u8) => EventTextName.VcpuPutEnd,
        12 when name.SequenceEqual("bus_read_end"u8) => EventTextName.BusReadEnd,
        13 when name.SequenceEqual("vcpu_load_end"u8) => EventTextName.VcpuLoadEnd,
        13 when name.SequenceEqual("bus_write_end"u8) => EventTextName.BusWriteEnd,
        14 when name.SequenceEqual("sys_exit_ioctl"u8) => EventTextName.SysExitIoctl,
        14 when name.SequenceEqual("vcpu_put_begin"u8) => EventTextName.VcpuPutBegin,
        14 when name.SequenceEqual("bus_read_begin"u8) => EventTextName.BusReadBegin,
        15 when name.SequenceEqual("rcu_utilization"u8) => EventTextName.RcuUtilization,
        15 when name.SequenceEqual("vcpu_match_mmio"u8) => EventTextName.VcpuMatchMmio,
        15 when name.SequenceEqual("sys_enter_ioctl"u8) => EventTextName.SysEnterIoctl,
        15 when name.SequenceEqual("vcpu_load_begin"u8) => EventTextName.VcpuLoadBegin,
        15 when name.SequenceEqual("bus_write_begin"u8) => EventTextName.BusWriteBegin,
        _ => EventTextName.Other,
    };
}

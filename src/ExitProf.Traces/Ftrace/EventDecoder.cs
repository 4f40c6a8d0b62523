using System.Collections.Frozen;

namespace ExitProf.Traces;

/// <summary>Which event gives which stamp, and which of its fields are read. The names are the kernel's.</summary>
internal readonly struct EventDecoder
{
    internal static readonly EventDecoder None;

    /// <summary>Fields by event: code, detail, address; an empty name reads nothing.</summary>
    private static readonly FrozenDictionary<string, (Stamp Stamp, string Code, string Detail, string Address)> Known =
        new Dictionary<string, (Stamp, string, string, string)>
        {
            ["kvm_exit"] = (Stamp.KvmExit, "exit_reason", "isa", "info1"),
            ["kvm_entry"] = (Stamp.KvmEntry, "", "vcpu_id", ""),
            // PowerPC and s390 have events of their own for both ends.
            ["kvm_guest_exit"] = (Stamp.KvmExit, "trap", "", ""),
            ["kvm_guest_enter"] = (Stamp.KvmEntry, "", "vcpu_id", ""),
            ["kvm_s390_sie_exit"] = (Stamp.KvmExit, "icptcode", "", ""),
            ["kvm_s390_sie_enter"] = (Stamp.KvmEntry, "", "id", ""),
            ["rcu_utilization"] = (Stamp.RcuStart, "", "", "s"),
            ["kvm_emulate_insn"] = (Stamp.KvmEmulateInsn, "failed", "", ""),
            ["kvm_pio"] = (Stamp.KvmPio, "rw", "size", "port"),
            ["kvm_mmio"] = (Stamp.KvmMmio, "type", "len", "gpa"),
            ["kvm_fpu"] = (Stamp.KvmFpuLoad, "load", "", ""),
            ["kvm_userspace_exit"] = (Stamp.KvmUserspaceExit, "reason", "errno", ""),
            ["sys_exit"] = (Stamp.SysExit, "id", "", ""),
            ["sys_enter"] = (Stamp.SysEnter, "id", "", "args"),
            ["sys_exit_ioctl"] = (Stamp.SysExit, "__syscall_nr", "", ""),
            ["sys_enter_ioctl"] = (Stamp.SysEnter, "__syscall_nr", "", "cmd"),
            ["kvm_page_fault"] = (Stamp.KvmPageFault, "", "", "fault_address"),
            ["vcpu_match_mmio"] = (Stamp.VcpuMatchMmio, "", "", "gpa"),
            ["kvm_fast_mmio"] = (Stamp.KvmFastMmio, "", "", "gpa"),
            ["kvm_cpuid"] = (Stamp.KvmCpuid, "", "", "function"),
            ["kvm_msr"] = (Stamp.KvmMsr, "write", "", "ecx"),
            ["kvm_hypercall"] = (Stamp.KvmHypercall, "", "", "nr"),
            ["kvm_apic"] = (Stamp.KvmApic, "rw", "", "reg"),
            ["kvm_eoi"] = (Stamp.KvmEoi, "", "", ""),
            ["kvm_inj_virq"] = (Stamp.KvmInjVirq, "", "", ""),
            ["kvm_inj_exception"] = (Stamp.KvmInjException, "", "", ""),
            // These two say what a vCPU's thread does besides its exits.
            ["sched_switch"] = (Stamp.Other, "", "", ""),
            ["kvm_vcpu_wakeup"] = (Stamp.Other, "", "", ""),
            ["read_msr"] = (Stamp.ReadMsr, "", "", "msr"),
            ["write_msr"] = (Stamp.WriteMsr, "", "", "msr"),
            // Probes that a recorder made itself; the events' group differs from one recording to the next.
            ["bus_write_begin"] = (Stamp.BusWriteBegin, "", "", ""),
            ["bus_write_end"] = (Stamp.BusWriteEnd, "", "ret", ""),
            ["bus_read_begin"] = (Stamp.BusReadBegin, "", "", ""),
            ["bus_read_end"] = (Stamp.BusReadEnd, "", "ret", ""),
            ["vcpu_put_begin"] = (Stamp.VcpuPutBegin, "", "", ""),
            ["vcpu_put_end"] = (Stamp.VcpuPutEnd, "", "", ""),
            ["vcpu_load_begin"] = (Stamp.VcpuLoadBegin, "", "", ""),
            ["vcpu_load_end"] = (Stamp.VcpuLoadEnd, "", "", ""),
        }.ToFrozenDictionary();

    private EventDecoder(EventFormat format, Stamp stamp, FieldDecoder code, FieldDecoder detail, FieldDecoder address)
    {
        Stamp = stamp;
        Meaning = format.Name switch
        {
            "kvm_fpu" => EventMeaning.FpuSwap,
            "rcu_utilization" => EventMeaning.RcuNote,
            "sys_enter" or "sys_enter_ioctl" => EventMeaning.SysEnter,
            "sys_exit" or "sys_exit_ioctl" => EventMeaning.SysExit,
            "sched_switch" => EventMeaning.Switch,
            "kvm_vcpu_wakeup" => EventMeaning.Wakeup,
            _ => EventMeaning.Plain,
        };
        (Code, Detail, Address) = (code, detail, address);
        MinBytes = Math.Max(code.Offset + code.Size, Math.Max(detail.Offset + detail.Size, address.Offset + address.Size));
    }

    /// <summary>Zero for an id that has no format.</summary>
    internal readonly Stamp Stamp;
    internal readonly EventMeaning Meaning;

    /// <summary>Fields, because a property would be copied for each record before it is read.</summary>
    internal readonly FieldDecoder Code;
    internal readonly FieldDecoder Detail;
    internal readonly FieldDecoder Address;
    internal readonly int MinBytes;

    /// <summary>Whether the event tells something about exits.</summary>
    internal static bool Knows(string name) => Known.ContainsKey(name);

    internal static EventDecoder Of(EventFormat format, bool bigEndian)
    {
        if (!Known.TryGetValue(format.Name, out var known)) return new EventDecoder(format, Stamp.Other, default, default, default);
        // The second of the system call's arguments: ioctl(fd, request, ...).
        var address = known.Address != "args" ? Find(format, known.Address, bigEndian)
            : format.Field(known.Address) is { Size: >= 16 } args ? Make(format, args, args.Offset + 8, 8, bigEndian)
            : default;
        var reading = new EventDecoder(format, known.Stamp, Find(format, known.Code, bigEndian), Find(format, known.Detail, bigEndian),
            address);
        bool told = reading.Meaning switch
        {
            EventMeaning.Plain or EventMeaning.Switch or EventMeaning.Wakeup => true,
            EventMeaning.RcuNote => address.Size != 0,
            _ => reading.Code.Size != 0,
        };
        return told ? reading : throw new FormatException($"Event {format.Name} lacks the field that says what it stands for.");
    }

    /// <summary>Nothing if this kernel's event lacks the field: kernels gain and lose fields.</summary>
    private static FieldDecoder Find(EventFormat format, string name, bool bigEndian) =>
        name.Length > 0 && format.Field(name) is { } field ? Make(format, field, field.Offset, field.Size, bigEndian)
            : default;

    private static FieldDecoder Make(EventFormat format, EventField field, int offset, int size, bool bigEndian) =>
        size is 1 or 2 or 4 or 8 && offset <= ushort.MaxValue - 8
            ? new FieldDecoder((ushort)offset, (byte)size, bigEndian)
            : throw new FormatException($"Field {field.Name} of event {format.Name} is not a number: {size} bytes at {offset}.");
}

using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>What the body of a line says.</summary>
internal struct EventTextMeaning
{
    internal EventTextName Name;

    /// <summary>
    /// Its time is that of the record, in nanoseconds or ticks; a stamp of 0 means that the event says nothing about exits.
    /// </summary>
    internal KernelEvent Event;

    /// <summary>The vCPU that the event names; -1 if none.</summary>
    internal int Vcpu;

    /// <summary>The body ends where it cannot: the rest is on the next line, or was cut off.</summary>
    internal bool WantsMore;

    /// <summary>The body is whole, but in other kernels it goes on, so that the next line may be its rest.</summary>
    internal bool MayGoOn;

    /// <summary>kvm_vcpu_wakeup: nanoseconds that were polled or waited.</summary>
    internal ulong Nanoseconds;
    internal bool Polled;

    /// <summary>sched_switch: the threads that leave and get the CPU; -1 if the text has other words for them.</summary>
    internal long Previous;
    internal long Next;

    /// <summary>sched_switch: the one that leaves would rather go on.</summary>
    internal bool Preempted;
}

/// <summary>
/// Reads the bodies of events: the kernel's own print formats since 2010, and those of trace-cmd's plugins and of <c>trace-cmd report
/// -R</c>.
/// </summary>
internal static class EventTextBody
{
    private const uint IoctlOfX86 = 16;
    private const uint IoctlOfArm64 = 29;

    /// <summary>_IO(KVMIO, 0x80).</summary>
    private const ulong KvmRun = 0xae80;

    /// <param name="read">Its parts are set where they stay: nothing is copied.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read(in EventTextRecord record, ReasonSpellings reasons, out EventTextMeaning read)
    {
        read = default;
        read.Name = EventTextNames.Of(record.Event);
        (read.Vcpu, read.Previous, read.Next) = (-1, -1, -1);
        var body = new ByteText(record.Body);
        switch (read.Name)
        {
            case EventTextName.KvmExit: KvmExitBody.Read(record.Body, reasons, ref read); break;
            case EventTextName.KvmEntry: ReadEntry(body, ref read); break;
            case EventTextName.KvmPio: ReadPio(body, ref read); break;
            case EventTextName.KvmMmio: ReadMmio(body, ref read); break;
            case EventTextName.KvmFpu: ReadFpu(body, ref read); break;
            case EventTextName.KvmUserspaceExit: ReadUserspaceExit(body, ref read); break;
            case EventTextName.KvmMsr: ReadMsr(body, ref read); break;
            case EventTextName.KvmApic: ReadApic(body, ref read); break;
            case EventTextName.KvmCpuid: ReadAfter(body, "func"u8, "function="u8, Stamp.KvmCpuid, ref read); break;
            case EventTextName.KvmHypercall: ReadAfter(body, "nr"u8, "nr="u8, Stamp.KvmHypercall, ref read); break;
            case EventTextName.KvmPageFault: ReadAfter(body, "address"u8, "fault_address="u8, Stamp.KvmPageFault, ref read); break;
            case EventTextName.KvmFastMmio: ReadAfter(body, "gpa"u8, "gpa="u8, Stamp.KvmFastMmio, ref read); break;
            case EventTextName.VcpuMatchMmio: ReadAfter(body, "gpa"u8, "gpa="u8, Stamp.VcpuMatchMmio, ref read); break;
            case EventTextName.KvmEmulateInsn:
                (read.Event.Stamp, read.Event.Code) = (Stamp.KvmEmulateInsn, record.Body.EndsWith("failed"u8) ? 1u : 0);
                break;
            case EventTextName.KvmVcpuWakeup: ReadWakeup(body, ref read); break;
            case EventTextName.SchedSwitch: ReadSwitch(record.Body, ref read); break;
            case EventTextName.RcuUtilization: read.Event.Stamp = RcuNote(record.Body); break;
            case EventTextName.SysEnter or EventTextName.SysExit or EventTextName.SysEnterIoctl:
                ReadSystemCall(record.Body, ref read);
                break;
            case EventTextName.ReadMsr or EventTextName.WriteMsr:
                Stamp access = read.Name == EventTextName.ReadMsr ? Stamp.ReadMsr : Stamp.WriteMsr;
                (read.Event.Stamp, read.Event.Address) = (access, body.TryHex(out ulong msr) ? msr : 0);
                break;
            default: read.Event.Stamp = PlainStamp(read.Name); break;
        }
    }

    private static Stamp PlainStamp(EventTextName name) => name switch
    {
        EventTextName.KvmEoi => Stamp.KvmEoi,
        EventTextName.KvmInjVirq => Stamp.KvmInjVirq,
        EventTextName.KvmInjException => Stamp.KvmInjException,
        EventTextName.SysExitIoctl => Stamp.SysExit,
        EventTextName.BusWriteBegin => Stamp.BusWriteBegin,
        EventTextName.BusWriteEnd => Stamp.BusWriteEnd,
        EventTextName.BusReadBegin => Stamp.BusReadBegin,
        EventTextName.BusReadEnd => Stamp.BusReadEnd,
        EventTextName.VcpuPutBegin => Stamp.VcpuPutBegin,
        EventTextName.VcpuPutEnd => Stamp.VcpuPutEnd,
        EventTextName.VcpuLoadBegin => Stamp.VcpuLoadBegin,
        EventTextName.VcpuLoadEnd => Stamp.VcpuLoadEnd,
        _ => Stamp.Other,
    };

    /// <summary>"vcpu 0", "vcpu 0, rip 0x…", "vcpu 1 rip 0x…", "PC: 0x…" on arm64, "vcpu_id=0 …" raw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadEntry(ByteText body, ref EventTextMeaning read)
    {
        if (body.Take("vcpu"u8)) read.WantsMore = !TakeVcpu(ref body, ref read);
        else if (TryField(body.Rest, "vcpu_id="u8, out ulong vcpu) && vcpu <= int.MaxValue) read.Vcpu = (int)vcpu;
        else if (!TakeAnyVcpu(body, ref read)) read.WantsMore = body.Rest.IsEmpty;
        (read.Event.Stamp, read.Event.Detail) = (Stamp.KvmEntry, read.Vcpu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TakeVcpu(ref ByteText body, ref EventTextMeaning read)
    {
        if (!body.TryNumber(out ulong vcpu) || vcpu > int.MaxValue) return false;
        read.Vcpu = (int)vcpu;
        return true;
    }

    /// <summary>The vCPU of other architectures' events: "VCPU 0:" of PowerPC, "00[" of s390, "vcpu 0" of LoongArch.</summary>
    internal static bool TakeAnyVcpu(ByteText body, ref EventTextMeaning read)
    {
        if (body.Take("VCPU"u8) || body.Take("vcpu"u8)) return TakeVcpu(ref body, ref read);
        var first = body.Word();
        int open = first.IndexOf((byte)'[');
        if (open <= 0 || !ByteText.TryDecimal(first[..open], out ulong vcpu) || vcpu > int.MaxValue) return false;
        read.Vcpu = (int)vcpu;
        return true;
    }

    /// <summary>"pio_read at 0xe9 size 1 count 1 val 0x31".</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadPio(ByteText body, ref EventTextMeaning read)
    {
        uint write = 0;
        ulong port = 0;
        bool plain = body.Rest.StartsWith("pio_"u8);
        if (!plain && TryField(body.Rest, "port="u8, out port))
        {
            write = TryField(body.Rest, "rw="u8, out ulong rw) && rw != 0 ? 1u : 0;
        }
        else
        {
            write = body.Word().SequenceEqual("pio_write"u8) ? 1u : 0;
            read.WantsMore = !body.Take("at"u8) || !body.TryHex(out port);
        }
        int bytes = body.Take("size"u8) && body.TryNumber(out ulong size) && size <= 8 ? (int)size : 0;
        (read.Event.Stamp, read.Event.Code, read.Event.Detail, read.Event.Address) = (Stamp.KvmPio, write, bytes, port);
    }

    /// <summary>"mmio write len 4 gpa 0xfee000b0 val 0x0", "mmio unsatisfied-read len …".</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadMmio(ByteText body, ref EventTextMeaning read)
    {
        uint type = KernelEvent.MmioRead;
        int bytes = 0;
        ulong gpa = 0;
        bool plain = body.Rest.StartsWith("mmio "u8);
        if (!plain && TryField(body.Rest, "gpa="u8, out gpa))
        {
            type = TryField(body.Rest, "type="u8, out ulong raw) ? (uint)Math.Min(raw, 3) : type;
        }
        else
        {
            if (!body.Take("mmio"u8)) read.WantsMore = body.Rest.IsEmpty;
            var what = body.Word();
            type = what.SequenceEqual("write"u8) ? KernelEvent.MmioWrite : what.SequenceEqual("read"u8) ? KernelEvent.MmioRead
                : KernelEvent.MmioUnsatisfiedRead;
            if (body.Take("len"u8) && body.TryNumber(out ulong length) && length <= int.MaxValue) bytes = (int)length;
            read.WantsMore |= !body.Take("gpa"u8) || !body.TryHex(out gpa);
        }
        (read.Event.Stamp, read.Event.Code, read.Event.Detail, read.Event.Address) = (Stamp.KvmMmio, type, bytes, gpa);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadFpu(ByteText body, ref EventTextMeaning read)
    {
        var word = body.Word();
        Stamp stamp = word.SequenceEqual("unload"u8) || word.SequenceEqual("load=0"u8) ? Stamp.KvmFpuUnload
            : word.SequenceEqual("load"u8) || word.SequenceEqual("load=1"u8) ? Stamp.KvmFpuLoad : Stamp.Other;
        read.WantsMore = word.IsEmpty;
        read.Event.Stamp = stamp;
    }

    /// <summary>
    /// "reason KVM_EXIT_IO (2)", "reason 0x1d (29)" where that kernel had no name for it, "reason restart (4)" for EINTR.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadUserspaceExit(ByteText body, ref EventTextMeaning read)
    {
        uint code = KvmExitNames.Unknown;
        int errno = 0;
        if (body.Take("reason"u8))
        {
            var name = body.Word();
            ulong number = ulong.MaxValue;
            var bracket = body.Word();
            if (bracket.Length > 2 && bracket[0] == '(') ByteText.TryDecimal(bracket[1..^1], out number);
            if (name.SequenceEqual("restart"u8) || name.SequenceEqual("error"u8)) errno = number is > 0 and < 4096 ? -(int)number : -1;
            else if (number < KvmExitNames.Unnamed) code = name.StartsWith("KVM_EXIT_"u8) ? (uint)number
                : (uint)number | KvmExitNames.Unnamed;
            else if (KvmExitNames.TryNumber(name, out uint known)) code = known;
            read.WantsMore = name.IsEmpty;
        }
        else if (TryField(body.Rest, "reason="u8, out ulong raw))
        {
            code = raw < KvmExitNames.Unnamed ? (uint)raw : code;
            errno = TryField(body.Rest, "errno="u8, out ulong e)
                && e is > 0 and < 4096 ? -(int)e : body.Rest.IndexOf("errno=-4"u8) >= 0 ? -4 : 0;
        }
        else read.WantsMore = body.Rest.IsEmpty;
        (read.Event.Stamp, read.Event.Code, read.Event.Detail) = (Stamp.KvmUserspaceExit, code, errno);
    }

    /// <summary>"msr_read ce = 0x0 (#GP)".</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadMsr(ByteText body, ref EventTextMeaning read)
    {
        bool write = body.Word().SequenceEqual("msr_write"u8);
        if (!body.TryHex(out ulong index)) read.WantsMore = !TryField(body.Rest, "ecx="u8, out index);
        (read.Event.Stamp, read.Event.Code, read.Event.Address) = (Stamp.KvmMsr, write ? 1u : 0, index);
    }

    /// <summary>"apic_write APIC_EOI = 0x0".</summary>
    private static void ReadApic(ByteText body, ref EventTextMeaning read)
    {
        bool write = body.Word().SequenceEqual("apic_write"u8);
        var name = body.Word();
        if (!ApicRegisters.TryFind(name, out ulong register)) ByteText.TryHex(name, out register);
        read.WantsMore = name.IsEmpty;
        (read.Event.Stamp, read.Event.Code, read.Event.Address) = (Stamp.KvmApic, write ? 1u : 0, register);
    }

    /// <summary>An event of which one number counts: that behind a word, or behind a field's name in raw texts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadAfter(ByteText body, ReadOnlySpan<byte> word, ReadOnlySpan<byte> field, Stamp stamp, ref EventTextMeaning read)
    {
        ulong value = 0;
        bool found = body.Rest.Contains((byte)'=') && TryField(body.Rest, field, out value);
        while (!found && !body.Rest.IsEmpty)
        {
            if (body.Take("vcpu"u8)) TakeVcpu(ref body, ref read);
            else if (body.Take(word)) found = body.TryHex(out value);
            else if (body.Word().IsEmpty) break;
        }
        read.WantsMore = !found;
        (read.Event.Stamp, read.Event.Address) = (stamp, value);
    }

    /// <summary>"poll time 176841 ns, polling valid", "wait time …".</summary>
    private static void ReadWakeup(ByteText body, ref EventTextMeaning read)
    {
        read.Event.Stamp = Stamp.Other;
        read.Polled = body.Word().SequenceEqual("poll"u8);
        if (body.Take("time"u8) && body.TryNumber(out ulong nanoseconds)) read.Nanoseconds = nanoseconds;
    }

    /// <summary>
    /// The kernel's "prev_comm=a prev_pid=1 … ==> next_comm=b next_pid=2 …" and the plugin's "a:1 [120] R ==> b:2 [120]".
    /// </summary>
    private static void ReadSwitch(ReadOnlySpan<byte> body, ref EventTextMeaning read)
    {
        read.Event.Stamp = Stamp.Other;
        int arrow = body.IndexOf(" ==> "u8);
        if (arrow < 0) return;
        var left = body[..arrow];
        var right = body[(arrow + 5)..];
        read.Previous = TryField(left, "prev_pid="u8, out ulong previous) && previous <= int.MaxValue ? (long)previous : PluginThread(left);
        read.Next = TryField(right, "next_pid="u8, out ulong next) && next <= int.MaxValue ? (long)next : PluginThread(right);
        int state = left.IndexOf("prev_state="u8);
        var word = state >= 0 ? left[(state + 11)..] : left[(left.LastIndexOf((byte)' ') + 1)..];
        read.Preempted = !word.IsEmpty && word[0] == 'R';
    }

    private static long PluginThread(ReadOnlySpan<byte> side)
    {
        int bracket = side.IndexOf(" ["u8);
        if (bracket < 0) return -1;
        var name = side[..bracket];
        return ByteText.TryDecimal(name[(name.LastIndexOf((byte)':') + 1)..], out ulong pid) && pid <= int.MaxValue ? (long)pid : -1;
    }

    private static Stamp RcuNote(ReadOnlySpan<byte> body) => body.SequenceEqual("Start context switch"u8) ? Stamp.RcuStart
        : body.SequenceEqual("End context switch"u8) ? Stamp.RcuEnd : Stamp.Other;

    /// <summary>"NR 16 (5, ae80, 0, …)", "NR 16 = 0", "fd: 0x5, cmd: 0x0000ae80, arg: 0x0".</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadSystemCall(ReadOnlySpan<byte> text, ref EventTextMeaning read)
    {
        var body = new ByteText(text);
        Stamp stamp = Stamp.Other;
        ulong request = 0;
        if (read.Name == EventTextName.SysEnterIoctl)
        {
            if (text.IndexOf("cmd: "u8) is >= 0 and var at && new ByteText(text[(at + 5)..]).TryHex(out request)
                && request == KvmRun) stamp = Stamp.SysEnter;
        }
        else if (body.Take("NR"u8) && body.TryNumber(out ulong number) && number is IoctlOfX86 or IoctlOfArm64)
        {
            body.Word();
            if (read.Name == EventTextName.SysExit) stamp = Stamp.SysExit;
            else if (body.TryHex(out request) && request == KvmRun) stamp = Stamp.SysEnter;
        }
        (read.Event.Stamp, read.Event.Code, read.Event.Address) = (stamp, IoctlOfX86, request);
    }

    /// <summary>A number behind "name=", at the beginning of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryField(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, out ulong value)
    {
        value = 0;
        for (int from = 0; ;)
        {
            int at = body[from..].IndexOf(name);
            if (at < 0) return false;
            at += from;
            if (at == 0 || ByteText.IsSpace(body[at - 1])) return new ByteText(body[(at + name.Length)..]).TryNumber(out value);
            from = at + 1;
        }
    }
}

using System.Reflection;
using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Layout;

/// <summary>
/// Asks a C compiler with the kernel's headers whether every size, offset and number of the bindings is right. Needs no /dev/kvm.
/// </summary>
public sealed class KvmLayoutTests
{
    // kvm_run's exits are unions of unnamed structures: the field's first word names the member.
    private static readonly Dictionary<string, string[]> RunMembers = new()
    {
        [nameof(KvmRun.IoDirection)] = ["io.direction"],
        [nameof(KvmRun.IoSize)] = ["io.size"],
        [nameof(KvmRun.IoPort)] = ["io.port"],
        [nameof(KvmRun.IoCount)] = ["io.count"],
        [nameof(KvmRun.IoDataOffset)] = ["io.data_offset"],
        [nameof(KvmRun.MmioPhysAddr)] = ["mmio.phys_addr"],
        [nameof(KvmRun.MmioData)] = ["mmio.data"],
        [nameof(KvmRun.MmioLen)] = ["mmio.len"],
        [nameof(KvmRun.MmioIsWrite)] = ["mmio.is_write"],
        [nameof(KvmRun.HardwareExitReason)] = ["hw.hardware_exit_reason", "fail_entry.hardware_entry_failure_reason"],
        [nameof(KvmRun.FailEntryCpu)] = ["fail_entry.cpu"],
        [nameof(KvmRun.InternalSuberror)] = ["internal.suberror"],
        [nameof(KvmRun.InternalNdata)] = ["internal.ndata"],
        [nameof(KvmRun.InternalData)] = ["internal.data"],
        [nameof(KvmRun.HypercallNr)] = ["hypercall.nr"],
        [nameof(KvmRun.MsrError)] = ["msr.error"],
        [nameof(KvmRun.MsrReason)] = ["msr.reason"],
        [nameof(KvmRun.MsrIndex)] = ["msr.index"],
        [nameof(KvmRun.MsrData)] = ["msr.data"],
        [nameof(KvmRun.SyncRegs)] = ["s.regs.regs"],
        [nameof(KvmRun.SyncSregs)] = ["s.regs.sregs"],
        [nameof(KvmRun.SystemEventType)] = ["system_event.type"],
    };

    [Fact]
    public void Every_structure_is_laid_out_as_the_kernel_lays_it_out() => Check(c =>
    {
        Type[] structs = [.. typeof(KvmRun).Assembly.GetTypes()
            .Where(t => t is { IsPublic: true, IsValueType: true, IsEnum: false } && t.Name.StartsWith("Kvm", StringComparison.Ordinal))];
        Assert.True(structs.Length >= 11, $"only {structs.Length} structures were found");
        foreach (Type type in structs)
        {
            if (type == typeof(KvmRun)) continue;
            bool header = type.Name.EndsWith("Header", StringComparison.Ordinal);
            string name = "struct " + ManagedLayout.Snake(type.Name).Replace("_header", "", StringComparison.Ordinal);
            // The header ends where the entries that follow it begin.
            c.Equal(header ? $"offsetof({name}, entries)" : $"sizeof({name})", ManagedLayout.Size(type));
            foreach (FieldInfo field in ManagedLayout.Fields(type)) CheckField(c, name, ManagedLayout.Snake(field.Name), field);
        }
        c.Equal("sizeof(struct kvm_run)", ManagedLayout.Size(typeof(KvmRun)));
        foreach (FieldInfo field in ManagedLayout.Fields(typeof(KvmRun)))
        {
            foreach (string member in RunMembers.GetValueOrDefault(field.Name, [ManagedLayout.Snake(field.Name)])) CheckField(c,
                "struct kvm_run", member, field);
        }
        c.Equal("offsetof(struct kvm_run, io)", KvmRun.DetailsOffset);
        Assert.True(c.Count > 150, $"only {c.Count} values were compared");
    });

    [Fact]
    public void Every_request_has_the_kernels_number() => Check(c =>
    {
        foreach (object? request in typeof(KvmIoctl).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f => f.GetValue(null)))
        {
            Type type = request!.GetType();
            c.Equal((string)type.GetProperty("Name")!.GetValue(request)!, (uint)type.GetProperty("Number")!.GetValue(request)!);
        }
        Assert.True(c.Count >= 20, $"only {c.Count} requests were found");
        c.Equal("KVM_RUN", Constant(typeof(ExitLoop), "KvmRunRequest"));
        c.Equal("KVM_API_VERSION", Vmm.Kvm.ApiVersion);
        c.Equal("KVM_SYNC_X86_REGS", Constant(typeof(KvmRun), "SyncX86Regs"));
        c.Equal("KVM_SYNC_X86_SREGS", Constant(typeof(KvmRun), "SyncX86Sregs"));
        c.Equal("KVM_MEM_READONLY", Constant(typeof(VirtualMachine), "MemReadonly"));
        c.Equal("KVM_COALESCED_MMIO_PAGE_OFFSET", Constant(typeof(CoalescedRing), "PageOffset"));
        c.Equal("((4096 - sizeof(struct kvm_coalesced_mmio_ring)) / sizeof(struct kvm_coalesced_mmio))", Constant(typeof(CoalescedRing), "Entries"));
        c.Equal("KVM_VCPU_TSC_CTRL", Constant(typeof(VCpu), "TscControl"));
        c.Equal("KVM_VCPU_TSC_OFFSET", Constant(typeof(VCpu), "TscOffset"));
    });

    [Fact]
    public void Every_exit_reason_and_capability_has_the_kernels_number()
    {
        ExitReason[] reasons = Enum.GetValues<ExitReason>();
        KvmCap[] caps = Enum.GetValues<KvmCap>();
        Check(c =>
        {
            foreach (ExitReason reason in reasons) c.EqualIfDefined(reason.Name(), (uint)reason);
            foreach (KvmCap cap in caps) c.EqualIfDefined("KVM_CAP_" + ManagedLayout.Snake(cap.ToString()).ToUpperInvariant(), (int)cap);
            foreach (IoeventfdFlags flag in Enum.GetValues<IoeventfdFlags>().Where(f => f != IoeventfdFlags.None))
            {
                c.Equal("KVM_IOEVENTFD_FLAG_" + flag.ToString().ToUpperInvariant(), (uint)flag);
            }
            // Linux 6.1 has all but these; a name that no header knows is a misspelt one.
        }, mayBeAbsent: [ExitReason.MemoryFault.Name(), ExitReason.Tdx.Name()]);
    }

    [Fact]
    public void The_header_has_no_exit_reason_of_x86_that_the_bindings_lack()
    {
        Assert.SkipUnless(CAssertions.Hindrance.Length == 0, CAssertions.Hindrance);
        // Other architectures' reasons stand in the same list; they cannot come up here.
        string[] foreign = ["S390", "DCR", "OSI", "PAPR", "EPR", "ARM", "RISCV", "LOONGARCH", "WATCHDOG"];
        var known = Enum.GetValues<ExitReason>().Select(r => (uint)r).ToHashSet();
        var missing = new List<string>();
        foreach (string line in File.ReadLines("/usr/include/linux/kvm.h").Where(l => l.StartsWith("#define KVM_EXIT_", StringComparison.Ordinal)))
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            // KVM_EXIT_IO_IN and the like are values of a reason's own fields. Newer reasons than the last one known keep their number.
            if (words.Length != 3 || !uint.TryParse(words[2], out uint number) || known.Contains(number) || number > known.Max()) continue;
            if (!foreign.Any(f => words[1].StartsWith("KVM_EXIT_" + f, StringComparison.Ordinal))) missing.Add($"{words[1]} {number}");
        }
        Assert.Empty(missing);
    }

    [Fact]
    public void The_answers_of_reads_go_where_the_kernel_takes_them_from() => Check(c =>
    {
        c.Equal("KVM_PIO_PAGE_OFFSET * 4096", ExpectedExit.PioIn(1, 4, 0).AnswerOffset);
        c.Equal("offsetof(struct kvm_run, mmio.data)", ExpectedExit.MmioRead(1, 0).AnswerOffset);
        c.Equal("offsetof(struct kvm_run, msr.data)", ExpectedExit.Rdmsr(0).AnswerOffset);
        c.Equal("KVM_EXIT_IO_OUT", (long)(ExpectedExit.PioOut(1, 1).Details & 0xff));
        c.Equal("KVM_EXIT_IO_IN", (long)(ExpectedExit.PioIn(1, 1, 0).Details & 0xff));
    });

    [Fact]
    public void The_bindings_to_libc_have_its_layouts_and_numbers() => Check(c =>
    {
        c.Equal("sizeof(struct rusage)", ManagedLayout.Size(typeof(RUsage)));
        CheckField(c, "struct rusage", "ru_nvcsw", typeof(RUsage).GetField(nameof(RUsage.VoluntarySwitches))!);
        CheckField(c, "struct rusage", "ru_nivcsw", typeof(RUsage).GetField(nameof(RUsage.InvoluntarySwitches))!);
        c.Equal("sizeof(sigset_t)", ManagedLayout.Size(typeof(SignalSet)));
        c.Equal("sizeof(struct sigaction)", ManagedLayout.Size(typeof(SignalAction)));
        foreach (FieldInfo field in ManagedLayout.Fields(typeof(SignalAction))) CheckField(c, "struct sigaction",
            "sa_" + field.Name.ToLowerInvariant(), field);
        c.Equal("sizeof(struct timespec)", ManagedLayout.Size(typeof(TimeSpec)));
        CheckField(c, "struct timespec", "tv_nsec", typeof(TimeSpec).GetField(nameof(TimeSpec.Nanoseconds))!);
        foreach (FieldInfo number in typeof(LibC).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Where(f => f.IsLiteral)) c.Equal(number.Name, (int)number.GetRawConstantValue()!);
        c.Equal("SYS_ioctl", Constant(typeof(ExitLoop), "SysIoctl"));
        Assert.True(c.Count > 25, $"only {c.Count} values were compared");
    });

    [Fact]
    public void Every_named_errno_has_its_number() => Check(c =>
    {
        for (int errno = 1; errno < 4096; errno++)
        {
            string name = Errno.Name(errno);
            if (!name.StartsWith("errno ", StringComparison.Ordinal)) c.Equal(name, errno);
        }
        Assert.True(c.Count >= 28, $"only {c.Count} are named");
    });

    [Fact]
    public void The_kick_is_a_real_time_signal_that_nobody_else_uses() => Check(c =>
    {
        // glibc keeps 32 and 33 to itself (SIGRTMIN is 34), the runtime takes SIGRTMIN.
        c.Equal($"__SIGRTMIN < {KickSignal.Number} && {KickSignal.Number} <= __SIGRTMAX && {KickSignal.Number} != 34", 1);
    });

    [Fact]
    public void A_wrong_offset_is_noticed()
    {
        Assert.SkipUnless(CAssertions.Hindrance.Length == 0, CAssertions.Hindrance);
        var wrong = new CAssertions();
        wrong.Equal("offsetof(struct kvm_run, io)", KvmRun.DetailsOffset + 1);
        Assert.Contains("offsetof(struct kvm_run, io) is not 33", wrong.Compile().Errors);
        var absent = new CAssertions();
        absent.EqualIfDefined("KVM_EXIT_NOBODY_KNOWS", 1);
        Assert.Equal(["KVM_EXIT_NOBODY_KNOWS"], absent.Compile().Absent);
    }

    private static void Check(Action<CAssertions> add, params string[] mayBeAbsent)
    {
        Assert.SkipUnless(CAssertions.Hindrance.Length == 0, CAssertions.Hindrance);
        var assertions = new CAssertions();
        add(assertions);
        (string errors, IReadOnlyList<string> absent) = assertions.Compile();
        Assert.True(errors.Length == 0, errors);
        Assert.Empty(absent.Except(mayBeAbsent));
    }

    private static void CheckField(CAssertions c, string structure, string member, FieldInfo field)
    {
        c.Equal($"offsetof({structure}, {member})", ManagedLayout.Offset(field));
        c.Equal($"sizeof((({structure} *)0)->{member})", ManagedLayout.Size(field.FieldType.IsPointer ? typeof(nint) : field.FieldType));
    }

    private static long Constant(Type type, string name) =>
        Convert.ToInt64(type.GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue());
}

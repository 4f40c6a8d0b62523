using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>Every shape of an exit, parsed from a page that was filled by hand. Needs no /dev/kvm.</summary>
public sealed class VmExitTests
{
    private static readonly Dictionary<string, (KvmRun Run, VmExit Expected)> Pages = new()
    {
        ["out"] = (new() { ExitReason = 2, IoDirection = 1, IoSize = 2, IoPort = 0x3f8, IoCount = 1, IoDataOffset = 4096 },
            new VmExit.Io(true, 0x3f8, 2, 1)),
        ["ins"] = (new() { ExitReason = 2, IoDirection = 0, IoSize = 1, IoPort = 0xffff, IoCount = 16, IoDataOffset = 4096 },
            new VmExit.Io(false, 0xffff, 1, 16)),
        ["mmio write"] = (new()
        {
            ExitReason = 6,
            MmioPhysAddr = 0xd0000000,
            MmioData = 0xffff_ffff_1234_5678,
            MmioLen = 4,
            MmioIsWrite = 1,
        }, new VmExit.Mmio(true, 0xd0000000, 4, 0x12345678)),
        ["mmio write 8"] = (new() { ExitReason = 6, MmioPhysAddr = 1, MmioData = ulong.MaxValue, MmioLen = 8, MmioIsWrite = 1 },
            new VmExit.Mmio(true, 1, 8, ulong.MaxValue)),
        ["mmio write 1"] = (new() { ExitReason = 6, MmioPhysAddr = 1, MmioData = ulong.MaxValue, MmioLen = 1, MmioIsWrite = 1 },
            new VmExit.Mmio(true, 1, 1, 0xff)),
        ["mmio read"] = (new() { ExitReason = 6, MmioPhysAddr = ulong.MaxValue, MmioData = 99, MmioLen = 4 },
            new VmExit.Mmio(false, ulong.MaxValue, 4, 0)),
        ["hlt"] = (new() { ExitReason = 5 }, new VmExit.Hlt()),
        ["hypercall"] = (new() { ExitReason = 3, HypercallNr = 12 }, new VmExit.Hypercall(12)),
        ["rdmsr"] = (new() { ExitReason = 29, MsrIndex = 0x10, MsrReason = 2, MsrData = 5 }, new VmExit.Msr(false, 0x10, 0, 2)),
        ["wrmsr"] = (new() { ExitReason = 30, MsrIndex = 0xc0000082, MsrReason = 4, MsrData = 5 }, new VmExit.Msr(true, 0xc0000082, 5, 4)),
        ["debug"] = (new() { ExitReason = 4 }, new VmExit.Debug()),
        ["shutdown"] = (new() { ExitReason = 8 }, new VmExit.Shutdown()),
        ["fail entry"] = (new() { ExitReason = 9, HardwareExitReason = 0x80000021 }, new VmExit.FailEntry(0x80000021)),
        ["unknown to kvm"] = (new() { ExitReason = 0, HardwareExitReason = 77 }, new VmExit.UnknownHardwareReason(77)),
        ["internal error"] = (new() { ExitReason = 17, InternalSuberror = 1, InternalNdata = 8 }, new VmExit.InternalError(1, 8)),
        ["system event"] = (new() { ExitReason = 24, SystemEventType = 3 }, new VmExit.SystemEvent(3)),
        ["interrupted"] = (new() { ExitReason = 10 }, new VmExit.Interrupted()),
        ["known, without a shape"] = (new() { ExitReason = 37 }, new VmExit.Other(ExitReason.Notify)),
        ["not known"] = (new() { ExitReason = 4711 }, new VmExit.Other((ExitReason)4711)),
        ["the largest number"] = (new() { ExitReason = uint.MaxValue }, new VmExit.Other((ExitReason)uint.MaxValue)),
    };

    public static TheoryData<string> Names => [.. Pages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_exit_is_parsed_to_its_shape(string name) => Assert.Equal(Pages[name].Expected, VmExit.Parse(Pages[name].Run));

    [Fact]
    public void Every_shape_is_among_them()
    {
        var shapes = typeof(VmExit).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(VmExit)));
        Assert.Equal(shapes.Select(t => t.Name).Order(), Pages.Values.Select(p => p.Expected.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void Every_reason_is_named_and_an_unknown_one_keeps_its_number()
    {
        foreach (ExitReason reason in Enum.GetValues<ExitReason>()) Assert.Matches("^KVM_EXIT_[A-Z0-9_]+$", reason.Name());
        Assert.Equal("KVM_EXIT_4711", ((ExitReason)4711).Name());
    }

    [Fact]
    public void The_set_of_shapes_is_closed() =>
        Assert.All(typeof(VmExit).GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic),
            c => Assert.True(c.IsPrivate || c.IsFamily && c.GetParameters().Length == 1));
}

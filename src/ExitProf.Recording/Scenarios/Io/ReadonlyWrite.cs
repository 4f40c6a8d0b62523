using System.Buffers.Binary;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A store to memory that the guest may only read: the VMM gets it as an MMIO write. This VMM drops it, and the guest reads back what was
/// there, without an exit; the sum of what it reads is checked.
/// </summary>
internal sealed class ReadonlyWrite : IScenario
{
    private const uint Content = 0x5a5a1234;

    public string Name => "readonly-write";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "store of 4 bytes to a read-only memory slot, which the VMM answers, and a load of them without an exit";
    public string Origin =>
        "KVM_MEM_READONLY: ROMs and flash of QEMU, and the write that has to drop instructions from a cache (bhyve's report)";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => PlantedWork.Settings;

    public Workload Workload(GuestMode mode, SettingValues settings) => new(ExitKind.MmioWrite, a =>
    {
        GuestAccess.Store32(a, GuestLayout.MoreMemory);
        GuestAccess.Load32(a, GuestLayout.MoreMemory);
    }, ExpectedExit.MmioWrite(GuestLayout.MoreMemory), GuestLayout.MoreMemory)
    {
        Work = PlantedWork.Of(settings),
        Prepare = guest => [AddPage(guest)],
        Reads = _ => Content,
    };

    private static LockedMemory AddPage(Guest guest)
    {
        var page = new LockedMemory(Environment.SystemPageSize);
        BinaryPrimitives.WriteUInt32LittleEndian(page.Span, Content);
        guest.Vm.SetUserMemoryRegion(1, GuestLayout.MoreMemory, page, readOnly: true);
        return page;
    }
}

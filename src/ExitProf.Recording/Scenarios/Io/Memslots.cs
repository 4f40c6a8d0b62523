using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// The store of mmio-write in a VM with more and more memory slots, among which the kernel looks for the address before it knows that there
/// is no memory.
/// </summary>
internal sealed class Memslots : IScenario
{
    private const string Slots = "slots";

    public string Name => "memslots";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "store of 4 bytes that the VMM answers, in a VM with many memory slots";
    public string Origin => "Tosatti, KVM Forum 2010: memslots, searched on each MMIO exit";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings { get; } =
    [Setting.Number(Slots, "memory slots beside that of the guest's own memory, of one page each", 1, 1, 500, flips: false)];
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([$"{Slots}=1,100,500"], new SuiteQuestion.Sameness(Slots), 10, [$"{Slots}=1,10"])];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int slots = (int)settings.Number(Slots);
        return new(
            ExitKind.MmioWrite,
            a => GuestAccess.Store32(a, GuestLayout.Mmio),
            ExpectedExit.MmioWrite(GuestLayout.Mmio),
            GuestLayout.Mmio
        )
        {
            Prepare = guest => [Add(guest, slots)],
        };
    }

    /// <summary>One page of the host stands behind all of them: the search compares guest addresses.</summary>
    private static LockedMemory Add(Guest guest, int slots)
    {
        var page = new LockedMemory(Environment.SystemPageSize);
        for (int i = 0; i < slots; i++) guest.Vm.SetUserMemoryRegion((uint)(1 + i), GuestLayout.MoreMemory + (ulong)(i * page.Bytes), page);
        return page;
    }
}

using System.Globalization;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A port read whose device the VMM looks up on a bus of its own, which the exits of all vCPUs share behind a lock. Each vCPU reads another device and adds up
/// what it reads, so a lookup that goes wrong shows.
/// </summary>
internal sealed class BusLockExit : IScenario
{
    private const string Lock = "lock";
    private const string Vcpus = "vcpus";
    private const string Devices = "devices";
    private const string Held = "held";

    public string Name => "bus-lock";
    public string Summary => "IN from a port that the VMM looks up on a bus, which vCPUs that exit at once share behind a lock";
    public string Origin => "Tosatti, KVM Forum 2010: slots_lock against SRCU";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            Lock, "what protects the bus: nothing (nobody changes it here), pthread_mutex, pthread_rwlock for reading, or a note of each reader and one pointer, as SRCU does",
            flips: true, "none", "mutex", "rwlock", "snapshot"),
        Setting.Number(Vcpus, "vCPUs that exit at once, each on a CPU of its own", 1, 1, SharedBus.MostVcpus, flips: false),
        Setting.Number(Devices, "devices on the bus, searched by halves", 16, 1, SharedBus.MostDevices, flips: false),
        Setting.Number(Held, "how much longer the lock is held, in TSC cycles", 0, 0, 10_000_000, flips: true),
    ];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"{Lock}=none,mutex,rwlock,snapshot", $"{Vcpus}=1,2"], new SuiteReading.Difference(Vcpus), 12, [$"{Lock}=mutex", $"{Vcpus}=1,2"])];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int vcpus = (int)settings.Number(Vcpus), devices = (int)settings.Number(Devices);
        CheckCpus(vcpus);
        int Device(Guest guest) => guest.Index * devices / vcpus;
        return new(ExitKind.LockedPioIn, a => GuestAccess.In32At(a, GuestLayout.ScenarioWords), Read(0), SharedBus.Port(0))
        {
            Vcpus = vcpus,
            Work = DeviceWork.None with { BusLock = Enum.Parse<BusLock>(settings[Lock], ignoreCase: true), BusHeld = (ulong)settings.Number(Held) },
            Prepare = guest =>
            {
                guest.AddBus(devices);
                return [];
            },
            PrepareVcpu = guest => guest.WriteWord(GuestLayout.ScenarioWords, SharedBus.Port(Device(guest))),
            ExpectedOf = guest => Read(Device(guest)),
        };
    }

    private static ExpectedExit Read(int device) => ExpectedExit.PioIn(SharedBus.Port(device), sizeof(uint), SharedBus.Answer(device));

    private static void CheckCpus(int vcpus)
    {
        int cpus = VcpuThread.AllowedCpus().Count;
        if (vcpus <= cpus) return;
        throw new UnsupportedScenarioException(string.Create(CultureInfo.InvariantCulture,
            $"bus-lock with vcpus={vcpus} needs {vcpus} CPUs and this process may use {cpus}: two vCPUs on one CPU take turns and do not exit at once; allow it more (taskset) or take fewer vCPUs."));
    }
}

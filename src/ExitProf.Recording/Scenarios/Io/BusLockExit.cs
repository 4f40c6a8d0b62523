using System.Globalization;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A port read whose device the VMM looks up on a bus of its own, which the exits of all vCPUs share behind a lock. Each vCPU reads another
/// device and adds up what it reads, so a lookup that goes wrong shows.
/// </summary>
internal sealed class BusLockExit : IScenario
{
    private const string Lock = "lock";
    private const string Vcpus = "vcpus";
    private const string Devices = "devices";
    private const string Held = "held";
    private const string UpdateEvery = "update-every";

    public string Name => "bus-lock";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "IN from a port that the VMM looks up on a bus, which vCPUs that exit at once share behind a lock";
    public string Origin => "Tosatti, KVM Forum 2010: slots_lock against SRCU";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            Lock,
            "what protects the bus: nothing (nobody changes it here), pthread_mutex, pthread_rwlock for reading, or a note of each reader and one pointer, as SRCU does",
            flips: true,
            "none",
            "mutex",
            "rwlock",
            "snapshot"
        ),
        Setting.Number(Vcpus, "vCPUs that exit at once, each on a CPU of its own", 1, 1, SharedBus.MostVcpus, flips: false),
        Setting.Number(Devices, "devices on the bus, searched by halves", 16, 1, SharedBus.MostDevices, flips: false),
        Setting.Number(Held, "how much longer the lock is held, in TSC cycles", 0, 0, 10_000_000, flips: true),
        Setting.Number(
            UpdateEvery,
            "TSC cycles between two changes of the bus by a thread with a CPU of its own, which waits for readers as the lock asks for; 0 changes nothing",
            0,
            0,
            10_000_000_000,
            flips: true
        ),
    ];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [
            new(
                [$"{Lock}=none,mutex,rwlock,snapshot", $"{Vcpus}=1,2"],
                new SuiteQuestion.Difference(Vcpus, OfUserspace: true),
                12,
                [$"{Lock}=mutex", $"{Vcpus}=1,2"]
            ),
        ];

    public Refusal? Refuse(SettingValues settings, HostFeatures host)
    {
        long vcpus = settings.Number(Vcpus);
        bool writer = settings.Number(UpdateEvery) > 0;
        if (writer && LockOf(settings) == BusLock.None)
        {
            return Refusal.Contradiction($"{Lock}=none protects no reader from changes of the bus: take another lock, or {UpdateEvery}=0.");
        }
        long needed = vcpus + (writer ? 1 : 0);
        if (needed <= host.Cpus) return null;
        string with = $"{Vcpus}={vcpus}{(writer ? $" and a writer ({UpdateEvery})" : "")}";
        return Refusal.Unsupported(
            string.Create(
                CultureInfo.InvariantCulture,
                $"bus-lock with {with} needs {needed} CPUs and this process may use {host.Cpus}: threads on one CPU take turns and do nothing at once; allow it more (taskset) or take fewer vCPUs."
            )
        );
    }

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int vcpus = (int)settings.Number(Vcpus), devices = (int)settings.Number(Devices);
        ulong every = (ulong)settings.Number(UpdateEvery);
        BusLock by = LockOf(settings);
        int Device(Guest guest) => guest.Index * devices / vcpus;
        return new(ExitKind.LockedPioIn, a => GuestAccess.In32At(a, GuestLayout.ScenarioWords), Read(0), SharedBus.Port(0))
        {
            Vcpus = vcpus,
            Work = new VmmWork(new BusLookupWork(by, (ulong)settings.Number(Held))),
            Prepare = guest =>
            {
                guest.AddBus(devices);
                return [];
            },
            PrepareVcpu = guest => guest.WriteWord(GuestLayout.ScenarioWords, SharedBus.Port(Device(guest))),
            ExpectedOf = guest => Read(Device(guest)),
            Companion = every == 0 ? null : guest => new BusWriter(guest.Bus!, by, every),
        };
    }

    private static ExpectedExit Read(int device) => ExpectedExit.PioIn(SharedBus.Port(device), sizeof(uint), SharedBus.Answer(device));

    private static BusLock LockOf(SettingValues settings) => Enum.Parse<BusLock>(settings[Lock], ignoreCase: true);
}

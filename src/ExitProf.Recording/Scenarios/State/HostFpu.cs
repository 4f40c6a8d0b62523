using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A port write of a guest whose VMM has used its vector registers: KVM exchanges the host's for the guest's on each way in and out.
/// </summary>
internal sealed class HostFpu : IScenario
{
    private const int Bytes = 1;
    private const string State = "state";

    public string Name => "host-fpu";
    public ScenarioGroup Group => ScenarioGroup.State;
    public string Summary => "OUT to a port whose device in the VMM has used its vector registers";
    public string Origin => "Tosatti, KVM Forum 2010: lazy FPU, CR0.TS";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            State,
            "what the VMM's vector registers hold at each entry: nothing, 256 bits each (AVX), 512 bits each (AVX-512)",
            flips: true,
            "clean",
            "ymm",
            "zmm"
        ),
    ];

    public IReadOnlyList<PublishedFigure> Published =>
        [
            new(
                "Tosatti, KVM Forum",
                2010,
                "exits in a second, with the FPU exchanged at each and only where it is used (CR0.TS)",
                "exits/s",
                [new("CR0.TS cleared and set", 100_000), new("left alone", 200_000)]
            ),
        ];

    public IReadOnlyList<SuiteRun> SuiteRuns => [new([$"{State}=clean,ymm,zmm"], new SuiteQuestion.Sameness(State), 10)];

    public Refusal? Refuse(SettingValues settings, HostFeatures host)
    {
        if (!host.Avx)
            return Refusal.Unsupported("host-fpu cannot run on this host: its CPU has no AVX, or the kernel does not enable it.");
        return settings[State] == "zmm" && !host.Avx512
            ? Refusal.Unsupported(
                "host-fpu with state=zmm cannot run on this host: its CPU has no AVX-512, or the kernel does not enable it."
            )
            : null;
    }

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        VectorState state = settings[State] switch
        {
            "ymm" => VectorState.Ymm,
            "zmm" => VectorState.Zmm,
            _ => VectorState.Clean,
        };
        return new(
            ExitKind.PioOut,
            a => GuestAccess.Out(a, GuestLayout.Port, Bytes),
            ExpectedExit.PioOut(GuestLayout.Port, Bytes),
            GuestLayout.Port
        )
        {
            Work = new VmmWork(new VectorWork(state)),
        };
    }
}

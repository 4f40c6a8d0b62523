using ExitProf.Recording;
using ExitProf.Vmm;

namespace ExitProf.Tests.Recording;

public sealed class RefusalTests
{
    private static readonly HostFeatures Able = new(Cpus: 64, Avx: true, Avx512: true, KvmPaging.Shadow, WalkWrites: false);
    private static readonly HostFeatures Poor = new(Cpus: 1, Avx: false, Avx512: false, KvmPaging.Npt, WalkWrites: true);

    public static TheoryData<string> Scenarios => [.. ScenarioCatalog.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_can_be_listed_on_any_host(string name)
    {
        IScenario scenario = ScenarioCatalog.Get(name);
        foreach (SettingValues values in Values(scenario))
        {
            foreach (GuestMode mode in scenario.Modes) scenario.Workload(mode, values);
            if (scenario.Refuse(values, Poor) is { } refusal) Assert.EndsWith(".", refusal.Sentence);
            Assert.False(scenario.Refuse(values, Able) is { ByHost: true }, name);
        }
    }

    [Theory]
    [InlineData(
        true,
        false,
        "zmm",
        "host-fpu with state=zmm cannot run on this host: its CPU has no AVX-512, or the kernel does not enable it."
    )]
    [InlineData(true, false, "ymm", null)]
    [InlineData(false, false, "clean", "host-fpu cannot run on this host: its CPU has no AVX, or the kernel does not enable it.")]
    public void Vector_registers_that_the_host_lacks_are_named(bool avx, bool avx512, string state, string? sentence) =>
        Assert.Equal(sentence, Refuse("host-fpu", Able with { Avx = avx, Avx512 = avx512 }, $"state={state}")?.Sentence);

    [Fact]
    public void More_vcpus_than_CPUs_are_refused_and_a_writer_takes_one_more()
    {
        Assert.Null(Refuse("bus-lock", Able with { Cpus = 2 }, "vcpus=2"));
        Refusal refusal = Refuse("bus-lock", Able with { Cpus = 2 }, "vcpus=2", "update-every=1000", "lock=mutex")!;
        Assert.StartsWith("bus-lock with vcpus=2 and a writer (update-every) needs 3 CPUs and this process may use 2:", refusal.Sentence);
        Assert.IsType<UnsupportedScenarioException>(refusal.ToException());
    }

    [Theory]
    [InlineData("bus-lock", "lock=none protects no reader", "update-every=1000")]
    [InlineData("cpu-loop", "cache=on keeps instructions that the VMM emulates", "cache=on")]
    public void Settings_that_make_no_sense_together_are_the_users_mistake(string scenario, string begin, params string[] settings)
    {
        Refusal refusal = Refuse(scenario, Able, settings)!;
        Assert.False(refusal.ByHost);
        Assert.StartsWith(begin, Assert.IsType<SettingException>(refusal.ToException()).Message);
    }

    [Theory]
    [InlineData(KvmPaging.Npt, "NPT (kvm_amd.npt=1)", "kvm_amd with npt=0")]
    [InlineData(KvmPaging.Ept, "EPT and its accessed and dirty flags (kvm_intel.eptad=1)", "kvm_intel with eptad=0")]
    public void Page_tables_that_the_CPU_writes_to_cannot_be_protected(KvmPaging paging, string with, string remedy)
    {
        Refusal refusal = Refuse("icache-hot", Able with { Paging = paging, WalkWrites = true }, "coherence=write-protect-code+tables")!;
        Assert.Contains($"cannot be had with {with}:", refusal.Sentence);
        Assert.EndsWith($"load {remedy}.", refusal.Sentence);
    }

    private static Refusal? Refuse(string scenario, HostFeatures host, params string[] settings) =>
        ScenarioCatalog.Get(scenario).Refuse(Assert.Single(SettingValues.Sweep(ScenarioCatalog.Get(scenario), settings)).Values, host);

    /// <summary>Every word that a setting can take, and every number at both ends of its range, the others at their defaults.</summary>
    private static IEnumerable<SettingValues> Values(IScenario scenario) => scenario.Settings
        .Select(s => $"{s.Name}={(s.Choices != null ? string.Join(',', s.Choices) : s.Low == s.High ? $"{s.Low}" : $"{s.Low},{s.High}")}")
        .SelectMany(a => SettingValues.Sweep(scenario, [a])).Concat(SettingValues.Sweep(scenario, [])).Select(s => s.Values);
}

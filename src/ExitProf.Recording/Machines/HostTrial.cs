using System.Collections.Immutable;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>What of a scenario runs on this host: in which guest mode, and which of the wanted configurations.</summary>
/// <param name="Plans">Those that run, at least one.</param>
internal sealed record HostTrial(IScenario Scenario, ModeTrial Mode, ImmutableArray<MachinePlan> Plans)
{
    /// <summary>What the native loop has to be able to do for them.</summary>
    public LoopParts Parts => Plans.Aggregate(LoopParts.None, (all, plan) => all | plan.Workload.Parts);

    /// <summary>The most vCPUs that any of them has.</summary>
    public int Vcpus => Plans.Max(p => p.Workload.Vcpus);

    /// <summary>
    /// Asks the scenario, chooses the mode, and has each configuration make one exit: whether its exit is one here is not assumed.
    /// </summary>
    /// <param name="wanted">At least one.</param>
    /// <param name="leaveOut">True if those that cannot run are left out, with a finding that says why, as long as one is left.</param>
    /// <exception cref="UnsupportedScenarioException">The host cannot run one that may not be left out, or none at all.</exception>
    /// <exception cref="SettingException">Settings make no sense together.</exception>
    public static HostTrial Of(
        Kvm kvm,
        IScenario scenario,
        ImmutableArray<SweptConfiguration> wanted,
        bool leaveOut,
        VcpuThreads threads,
        FindingLedger findings
    )
    {
        HostFeatures host = HostFeatures.Detect();
        var reasons = new List<string>();
        ImmutableArray<SweptConfiguration> promising = Accepted(wanted, one => scenario.Refuse(one.Values, host), leaveOut, reasons);
        ModeTrial mode = ChooseMode(kvm, scenario, threads);
        var trial = new HostTrial(
            scenario,
            mode,
            [.. promising.Select(one => new MachinePlan(one, scenario.Workload(mode.Mode, one.Values)))]
        );
        using var vcpus = new Vcpus(threads, trial.Parts, trial.Vcpus);
        trial = trial with { Plans = Accepted(trial.Plans, plan => trial.Try(kvm, plan, vcpus), leaveOut, reasons) };
        findings.Add(FindingKind.UnsupportedConfiguration, $"Configurations were left out. {string.Join(' ', reasons)}", reasons.Count);
        return trial;
    }

    private static ImmutableArray<T> Accepted<T>(ImmutableArray<T> all, Func<T, Refusal?> refuse, bool leaveOut, List<string> reasons)
    {
        var accepted = all.ToBuilder();
        foreach (T one in all)
        {
            if (refuse(one) is not { } refusal) continue;
            if (!refusal.ByHost || !leaveOut || accepted.Count == 1) throw refusal.ToException();
            accepted.Remove(one);
            reasons.Add(refusal.Sentence);
        }
        return accepted.ToImmutable();
    }

    /// <summary>The first of the scenario's modes that the CPU runs itself; if there is none, the first that runs at all.</summary>
    private static ModeTrial ChooseMode(Kvm kvm, IScenario scenario, VcpuThreads threads)
    {
        threads.Need(1);
        using var runner = new ExitRunner(LoopParts.None);
        var probes = new List<ModeTrial>();
        foreach (GuestMode mode in scenario.Modes)
        {
            threads.First.Invoke(() => probes.Add(NativeModes.Try(kvm, runner, mode)));
            if (probes[^1].Native) return probes[^1];
        }
        return probes.Find(p => p.Failure.Length == 0)
            ?? throw new UnsupportedScenarioException(
                $"{scenario.Name} cannot run on this host ({string.Join("; ", probes.Select(p => $"{p.Mode.Name()}: {p.Failure}"))})."
            );
    }

    /// <summary>Makes one exit under the watchdog.</summary>
    private Refusal? Try(Kvm kvm, MachinePlan plan, Vcpus vcpus)
    {
        using var machines = new Machines(kvm, Mode, [plan]);
        try
        {
            machines.All[0].RunOnce(vcpus, 1);
            return null;
        }
        catch (GuestException e)
        {
            string name = plan.Swept.Configuration.Name;
            string with = name == Configuration.Default ? "" : $" with {name}";
            return Refusal.Unsupported($"{Scenario.Name}{with} cannot run on this host: {e.Message}");
        }
    }
}

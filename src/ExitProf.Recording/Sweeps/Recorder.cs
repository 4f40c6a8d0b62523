using System.Collections.Immutable;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>Runs a scenario and turns stamps and events into a trace: calibration, then rounds of super-blocks, then the end.</summary>
public static class Recorder
{
    /// <exception cref="KvmException">KVM is not there or refuses.</exception>
    /// <exception cref="SettingException">A setting or value does not exist.</exception>
    /// <exception cref="UnsupportedScenarioException">The scenario cannot run on this host.</exception>
    /// <exception cref="GuestException">The guest did something else than its program should.</exception>
    /// <returns>True if it ran to its end, false if it was cancelled; the trace is whole in both cases.</returns>
    public static bool Record(RecordOptions options, ITraceSink sink, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        using var threads = new VcpuThreads(options.Cpu);
        var findings = new FindingLedger();
        // The kernel's side is opened last: a scenario that cannot run here must not have switched anything.
        KernelTracing? tracing = null;
        try
        {
            return Record(options, sink, progress, threads, all => tracing = KernelTracing.TryOpen(options.Events, all, findings), findings, cancelled);
        }
        finally
        {
            tracing?.Dispose();
        }
    }

    /// <summary>The same with threads and a ring buffer that the caller keeps: making them takes longer than a short recording.</summary>
    internal static bool Record(
        RecordOptions options, ITraceSink sink, IProgress<RecordingProgress> progress, VcpuThreads threads, Func<IReadOnlyList<VcpuThread>, KernelTracing?> tracing, FindingLedger findings, CancellationToken cancelled)
    {
        return Prepare(options.Scenario, SettingValues.Sweep(options.Scenario, options.Assignments), options.LeaveOutUnsupported, progress, threads, findings, (kvm, vcpus, mode, sweep) =>
        {
            using ConfiguredGuests guests = WarmedUp(new ConfiguredGuests(kvm, options.Scenario, mode, sweep), vcpus);
            var output = new TraceOutput(options.Scenario, mode, guests, vcpus, HasEvents(guests) ? tracing(Threads(vcpus)) : null, findings, sink)
            {
                CalibrationExits = options.CalibrationExits,
                Unit = options.Unit,
                Facts = options.Facts,
            };
            return new RecordingSession(options, mode, guests, output).Run(progress, cancelled);
        });
    }

    /// <summary>Runs two configurations of a scenario interleaved in quads of blocks.</summary>
    /// <param name="decided">Asked at each look but the last; true ends the recording.</param>
    /// <inheritdoc cref="Record(RecordOptions, ITraceSink, IProgress{RecordingProgress}, CancellationToken)"/>
    public static bool Interleave(InterleaveOptions options, ITraceSink sink, Func<bool> decided, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        var sides = options.Sides();
        using var threads = new VcpuThreads(options.Cpu);
        var findings = new FindingLedger();
        KernelTracing? tracing = null;
        try
        {
            return Prepare(options.Scenario, sides, leaveOutUnsupported: false, progress, threads, findings, (kvm, vcpus, mode, _) =>
            {
                using var guests = new InterleavedGuests(() => WarmedUp(new ConfiguredGuests(kvm, options.Scenario, mode, sides, options.ApartEvenIfAlike), vcpus));
                if (HasEvents(guests.Current)) tracing = KernelTracing.TryOpen(options.Events, Threads(vcpus), findings);
                var output = new TraceOutput(options.Scenario, mode, guests.Current, vcpus, tracing, findings, sink) { Unit = options.Unit };
                return new InterleavedSession(options, guests, output).Run(decided, progress, cancelled);
            });
        }
        finally
        {
            tracing?.Dispose();
        }
    }

    private delegate bool Session(Kvm kvm, VcpuRunners vcpus, ModeProbe mode, ImmutableArray<(Configuration Configuration, SettingValues Values)> supported);

    private static VcpuThread[] Threads(VcpuRunners vcpus) => [.. Enumerable.Range(0, vcpus.Count).Select(i => vcpus.Threads[i])];

    private static bool Prepare(
        IScenario scenario, ImmutableArray<(Configuration Configuration, SettingValues Values)> sweep, bool leaveOutUnsupported, IProgress<RecordingProgress> progress,
        VcpuThreads threads, FindingLedger findings, Session session)
    {
        HostFeatures host = HostFeatures.Detect();
        using var kvm = new Kvm();
        var trials = new ConfigurationTrials(leaveOutUnsupported);
        sweep = trials.Supported(sweep, s =>
        {
            if (scenario.Refuse(s.Values, host) is { } refusal) throw refusal.ToException();
        });
        Workload[] workloads = [.. sweep.Select(s => scenario.Workload(scenario.Modes[0], s.Values))];
        using var vcpus = new VcpuRunners(threads, workloads.Aggregate(LoopParts.None, (all, w) => all | w.Parts), workloads.Max(w => w.Vcpus));
        progress.Report(new(0, "finding out which guest modes run natively", 0));
        ModeProbe mode = ChooseMode(kvm, vcpus, scenario);
        sweep = trials.Supported(sweep, s => Try(kvm, scenario, mode, vcpus, s));
        trials.Report(findings);
        return session(kvm, vcpus, mode, sweep);
    }

    /// <summary>Of a unit of work with thousands of events nothing could be told, and a thread that only makes calls has none in an exit; without events their time is their own.</summary>
    private static bool HasEvents(ConfiguredGuests guests) =>
        guests.All.All(c => c.Workload.Unit == null) && guests.All.Any(c => c.Call == null && c.Workload.Kind != ExitKind.ProtectedTable);

    /// <summary>Brings guests into the state that their scenario is about.</summary>
    private static ConfiguredGuests WarmedUp(ConfiguredGuests guests, VcpuRunners vcpus)
    {
        foreach (Configured configured in guests.All)
        {
            for (int left = configured.Workload.FirstExits; left > 0; left -= configured.MostExits)
            {
                int exits = Math.Min(left, configured.MostExits);
                vcpus.Run(configured.Vcpus, (vcpu, runner, line) => configured.Run(runner, exits, withSteps: false, vcpu, line));
            }
        }
        return guests;
    }

    /// <summary>The first of the scenario's modes that the CPU runs itself; if there is none, the first that runs at all.</summary>
    private static ModeProbe ChooseMode(Kvm kvm, VcpuRunners vcpus, IScenario scenario)
    {
        var probes = new List<ModeProbe>();
        foreach (GuestMode mode in scenario.Modes)
        {
            ModeProbe? probe = null;
            vcpus.Run(1, (_, runner, _) => probe = NativeModes.Probe(kvm, runner, mode));
            if (probe!.Native) return probe;
            probes.Add(probe);
        }
        return probes.Find(p => p.Failure.Length == 0)
            ?? throw new UnsupportedScenarioException($"{scenario.Name} cannot run on this host ({string.Join("; ", probes.Select(p => $"{p.Mode.Name()}: {p.Failure}"))}).");
    }

    /// <summary>Whether the scenario's exit is one here is not assumed: one exit under the watchdog tells.</summary>
    private static void Try(Kvm kvm, IScenario scenario, ModeProbe mode, VcpuRunners vcpus, (Configuration Configuration, SettingValues Values) one)
    {
        using var guests = new ConfiguredGuests(kvm, scenario, mode, [one]);
        Configured configured = guests.All[0];
        try
        {
            vcpus.Run(configured.Vcpus, (vcpu, runner, line) => configured.Run(runner, 1, withSteps: false, vcpu, line));
        }
        catch (GuestException e)
        {
            string with = one.Configuration.Name == Configuration.Default ? "" : $" with {one.Configuration.Name}";
            throw new UnsupportedScenarioException($"{scenario.Name}{with} cannot run on this host: {e.Message}");
        }
    }
}

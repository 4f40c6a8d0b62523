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
        var sweep = SettingValues.Sweep(options.Scenario, options.Assignments);
        using var kvm = new Kvm();
        using var thread = new VcpuThread(options.Cpu ?? VcpuThread.AllowedCpus()[^1]);
        bool withDelay = sweep.Any(s => options.Scenario.Settings.Any(x => x.Name == DeviceDelay.Name) && s.Values.Number(DeviceDelay.Name) > 0);
        using var runner = new ExitRunner(withDelay);
        progress.Report(new(0, "finding out which guest modes run natively", 0));
        ModeProbe mode = ChooseMode(kvm, thread, runner, options.Scenario);
        using var guests = new ConfiguredGuests(kvm, options.Scenario, mode.Mode, sweep);
        var findings = new FindingLedger();
        using KernelTracing? tracing = KernelTracing.TryOpen(options.Events, thread, findings);
        var session = new RecordingSession(options, mode, guests.All, thread, runner, tracing, findings, sink);
        return session.Run(progress, cancelled);
    }

    /// <summary>The first of the scenario's modes that the CPU runs itself.</summary>
    private static ModeProbe ChooseMode(Kvm kvm, VcpuThread thread, ExitRunner runner, IScenario scenario)
    {
        var probes = new List<ModeProbe>();
        foreach (GuestMode mode in scenario.Modes)
        {
            ModeProbe? probe = null;
            thread.Invoke(() => probe = NativeModes.Probe(kvm, runner, mode));
            if (probe!.Native) return probe;
            probes.Add(probe);
        }
        string found = string.Join("; ", probes.Select(p => p.Failure.Length > 0 ? $"{p.Mode.Name()}: {p.Failure}" : $"{p.Mode.Name()} takes {p.CyclesPerInstruction:N0} cycles per instruction"));
        throw new UnsupportedScenarioException($"{scenario.Name} cannot run natively on this host ({found}).");
    }
}

using System.Globalization;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>The header of a recording's trace.</summary>
internal static class RecordingHeader
{
    public static TraceHeader Of(RecordingSetup setup, Machines machines, int grain, double probeFloor, ulong seed)
    {
        (HostTrial trial, Guest guest) = (setup.Trial, machines.All[0].Guest);
        return new TraceHeader(
            trial.Scenario.Name,
            TraceSource.Vmm,
            setup.Backend,
            trial.Mode.Mode.Name(),
            trial.Mode.Native,
            setup.Tracing?.Events.Name ?? EventSet.None.Name,
            setup.Traced,
            new TraceClock(guest.Vcpu.TscHertz, grain, setup.Unit),
            probeFloor,
            seed,
            DateTime.UtcNow,
            [.. machines.WithEmptyLoops.Select(m => m.Configuration)],
            [
                .. HostFacts.Collect(),
                .. setup.Facts,
                new Fact("guest tsc offset", guest.TscOffset?.ToString(CultureInfo.InvariantCulture) ?? "not reported"),
                .. Enumerable.Range(0, setup.Vcpus.Count).Select(i => ThreadFact(i, setup.Vcpus.Threads[i])),
            ])
        {
            StepFloor = machines.All.Any(m => m.Guest.Emulator != null || !m.Workload.Steps.IsEmpty) ? Tsc.MeasureStampCycles() : 0,
        };
    }

    private static Fact ThreadFact(int vcpu, VcpuThread thread) =>
        new(vcpu == 0 ? "vcpu thread" : $"vcpu {vcpu} thread", $"CPU {thread.Cpu}, {(thread.Favoured ? "SCHED_FIFO" : "SCHED_OTHER")}");
}

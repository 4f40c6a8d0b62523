using System.Collections.Immutable;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Attaches to machines of our own, which make a known number of exits of several kinds while they are recorded and none at both ends, and
/// asks KVM what it counted of them: what <c>attach</c> sees must be that.
/// </summary>
public static class AttachTrial
{
    private static readonly string[] Counters = ["exits", "io_exits", "mmio_exits", "halt_exits", "fpu_reload"];

    /// <param name="exits">Of each kind.</param>
    /// <param name="sink">Gets the trace of the attachment.</param>
    /// <returns>What KVM counted meanwhile, by its own names, of all machines together.</returns>
    public static IReadOnlyDictionary<string, long> Run(int exits, ITraceSink sink, ClockUnit unit = ClockUnit.Cycles)
    {
        using var kvm = new Kvm();
        using var thread = new VcpuThread(CpuSet.Allowed()[^1]);
        using var runner = new ExitRunner(LoopParts.None);
        ImmutableArray<(Guest Guest, ExpectedExit Exit)> machines = [.. Machines(kvm, KvmBackend.Detect())];
        using var end = new CancellationTokenSource();
        try
        {
            // A first run of each: pages that a guest touches for the first time make exits of their own.
            foreach ((Guest guest, ExpectedExit exit) in machines) thread.Invoke(() => runner.Run(guest, 1, exit));
            using var begun = new ManualResetEventSlim();
            var options = new AttachOptions([RunningVms.Find(Environment.ProcessId)]) { Unrecorded = TimeSpan.Zero, Unit = unit };
            ImmutableArray<IReadOnlyDictionary<string, long>> before = [.. machines.Select(m => m.Guest.Vcpu.Statistics())];
            Task attached = Task.Run(() => AttachRecording.Record(options, sink, new Begun(begun), end.Token));
            while (!begun.Wait(TimeSpan.FromMilliseconds(10)) && !attached.IsCompleted)
            {
            }
            if (!attached.IsCompleted)
            {
                foreach ((Guest guest, ExpectedExit exit) in machines) thread.Invoke(() => runner.Run(guest, exits, exit));
            }
            end.Cancel();
            attached.GetAwaiter().GetResult();
            ImmutableArray<IReadOnlyDictionary<string, long>> after = [.. machines.Select(m => m.Guest.Vcpu.Statistics())];
            return Counters.ToDictionary(c => c, c => after.Sum(s => s.GetValueOrDefault(c)) - before.Sum(s => s.GetValueOrDefault(c)));
        }
        finally
        {
            foreach ((Guest guest, _) in machines) guest.Dispose();
        }
    }

    /// <summary>Only what the CPU runs itself makes exits on PVM: user mode.</summary>
    private static IEnumerable<(Guest, ExpectedExit)> Machines(Kvm kvm, Backend backend)
    {
        GuestMode mode = backend == Backend.Pvm ? GuestMode.Long64Cpl3 : GuestMode.Long64Cpl0;
        yield return (new Guest(kvm, GuestProgram.StampedLoop(mode, a => GuestAccess.Out(a, GuestLayout.Port, 4))),
            ExpectedExit.PioOut(GuestLayout.Port, 4));
        yield return (new Guest(kvm, GuestProgram.StampedLoop(mode, a => GuestAccess.Store32(a, GuestLayout.Mmio))),
            ExpectedExit.MmioWrite(GuestLayout.Mmio));
        if (backend == Backend.Pvm) yield break;
        yield return (new Guest(kvm, GuestProgram.StampedLoop(mode, a => GuestAccess.Cpuid(a, 0))), ExpectedExit.None);
        yield return (new Guest(kvm, GuestProgram.StampedLoop(mode, GuestAccess.Hlt)), ExpectedExit.Hlt);
    }

    /// <summary>The first report comes when events are written.</summary>
    private sealed class Begun(ManualResetEventSlim begun) : IProgress<RecordingProgress>
    {
        public void Report(RecordingProgress value) => begun.Set();
    }
}

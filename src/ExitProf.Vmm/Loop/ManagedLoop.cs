using System.Runtime.CompilerServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// The exit loop of guests whose exits a constant cannot answer. Both stamps of an exit stay native: it is entered by the loop that stamps
/// just before and just after KVM_RUN and comes back at every exit, so a garbage collection that makes this thread wait is time of the VMM
/// and not of the kernel.
/// </summary>
/// <remarks>Allocates nothing.</remarks>
internal sealed unsafe class ManagedLoop(ExitLoop entry, LockedMemory stamps, LockedMemory steps)
{
    /// <summary>Exits of the last run that are the measured ones.</summary>
    public int Counted { get; private set; }

    /// <summary>Just before the run's first KVM_RUN.</summary>
    public ulong StartTsc { get; private set; }

    /// <summary>Runs until an exit that nobody answers, an error, or a kick.</summary>
    /// <param name="room">More measured exits than this are an exit that nobody answers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(ExitLoopState* state, InstructionEmulator emulator, in ExpectedExit measured, int room, bool withSteps)
    {
        KvmRun* run = state->Run;
        ulong* stamp = (ulong*)stamps.Address + 2 * Counted;
        ulong* step = (ulong*)steps.Address + (int)EmulationStep.Count * Counted;
        // Until KVM_RUN is called again, the second stamp of the exit before is not known.
        bool open = false;
        while (true)
        {
            entry.Run(state);
            if (StartTsc == 0) StartTsc = state->StartTsc;
            if (open) stamp[-1] = state->StartTsc;
            open = false;
            if (state->Result != 0) return;
            bool counted = measured.Is(run);
            if (counted && Counted == room) return;
            ulong* own = withSteps && counted ? step : null;
            if (!Answer(run, emulator, own)) return;
            if (!counted) continue;
            stamp[0] = state->EndTsc;
            stamp += 2;
            step += (int)EmulationStep.Count;
            Counted++;
            open = true;
        }
    }

    public void Begin() => (Counted, StartTsc) = (0, 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Answer(KvmRun* run, InstructionEmulator emulator, ulong* steps)
    {
        switch ((ExitReason)run->ExitReason)
        {
            case ExitReason.InternalError when run->InternalSuberror == 1:
                return emulator.Emulate(run, steps) == EmulationOutcome.Continue;
            case ExitReason.Io:
                var port = new Span<byte>((byte*)run + run->IoDataOffset, (int)(run->IoSize * run->IoCount));
                if (steps != null) steps[(int)EmulationStep.Device] = Tsc.Read();
                bool there = run->IoDirection == 1 ? emulator.Ports.Write(run->IoPort, port) : emulator.Ports.Read(run->IoPort, port);
                if (steps != null) steps[(int)EmulationStep.WriteBack] = Tsc.Read();
                return there;
            case ExitReason.Mmio when run->MmioLen <= 8:
                var data = new Span<byte>(&run->MmioData, (int)run->MmioLen);
                if (steps != null) steps[(int)EmulationStep.Device] = Tsc.Read();
                bool answered = run->MmioIsWrite == 0 ? emulator.Mmio.Read(run->MmioPhysAddr, data)
                    : emulator.WriteProtected(run->MmioPhysAddr, data) || emulator.Mmio.Write(run->MmioPhysAddr, data);
                if (steps != null) steps[(int)EmulationStep.WriteBack] = Tsc.Read();
                return answered;
            default:
                return false;
        }
    }
}

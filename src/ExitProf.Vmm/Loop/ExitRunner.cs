using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>What one run left, beside the stamps.</summary>
/// <param name="StartTsc">Just before its first KVM_RUN.</param>
/// <param name="EndTsc">Just after its last one.</param>
/// <param name="Eintr">KVM_RUN calls that a signal interrupted and that were repeated.</param>
public readonly record struct RunResult(ulong StartTsc, ulong EndTsc, int Eintr);

/// <summary>
/// Asks a guest for a number of exits and runs the native loop until the guest says it has made them. Must be called on the vCPU thread.
/// </summary>
public sealed unsafe class ExitRunner : IDisposable
{
    /// <summary>As many exits as there is room for the stamps of their steps.</summary>
    public const int MaxSteppedExits = 4096;

    private const int StampsPerExit = 2;

    private readonly ExitLoop loop;
    private readonly Watchdog watchdog = new();
    private readonly LockedMemory stamps = new((long)GuestLayout.MaxExits * StampsPerExit * sizeof(ulong));
    private readonly LockedMemory stateMemory = new(sizeof(ExitLoopState));
    private readonly LockedMemory copyFrom = new(DeviceWork.MostCopyBytes);
    private readonly LockedMemory copyTo = new(DeviceWork.MostCopyBytes);
    private readonly LockedMemory steps = new((long)MaxSteppedExits * (int)EmulationStep.Count * sizeof(ulong));
    private readonly ManagedLoop managed;
    private readonly IoBus ports = new();
    private readonly DoneDevice done = new();
    private readonly LockedMemory cleanVectors = new(Environment.SystemPageSize);
    private OtherThread? otherThread;

    /// <param name="parts">What any configuration of this recording needs.</param>
    public ExitRunner(LoopParts parts)
        : this(new ExitLoop(parts))
    {
    }

    /// <param name="loop">Disposed with the runner.</param>
    internal ExitRunner(ExitLoop loop)
    {
        KickSignal.EnsureInstalled();
        this.loop = loop;
        managed = new ManagedLoop(loop, stamps, steps);
        steps.Span.Clear();
        for (int i = 0; i < DeviceWork.MostCopyBytes; i++) copyFrom.Span[i] = (byte)(i % 251 + 1);
        HostVectors.MakeClean(cleanVectors.Span);
        ports.Insert(GuestLayout.DonePort, 1, done);
    }

    /// <summary>True if the buffers that the loop writes could be locked in memory.</summary>
    public bool BuffersLocked => stamps.Locked && stateMemory.Locked;

    /// <summary>The VMM's stamps of the last run, two per exit that reached user space: KVM_RUN returned, KVM_RUN called again.</summary>
    public ReadOnlySpan<ulong> Stamps(int exits) => new(stamps.Address, StampsPerExit * exits);

    /// <summary>The VMM's own stamps of the last run in between, <see cref="EmulationStep.Count"/> per exit, if they were asked for; 0 where a step did not happen.</summary>
    public ReadOnlySpan<ulong> Steps(int exits) => new(steps.Address, (int)EmulationStep.Count * exits);

    /// <summary>The stamps of the last run around the lock of a bus, <see cref="BusLookup.Steps"/> per exit, if they were asked for.</summary>
    public ReadOnlySpan<ulong> BusSteps(int exits) => new(steps.Address, BusLookup.Steps * exits);

    /// <summary>Makes the guest exit <paramref name="exits"/> times. Allocates nothing.</summary>
    /// <param name="emulation">For a guest with an emulator: how it emulates in this run.</param>
    /// <param name="withSteps">Whether the VMM stamps its own steps, if it has any.</param>
    /// <param name="line">Where other vCPUs wait for this one; null if there are none.</param>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    /// <exception cref="KvmException">KVM_RUN failed.</exception>
    public RunResult Run(Guest guest, int exits, in ExpectedExit expected, DeviceWork work = default, EmulationSettings emulation = default, bool withSteps = false, StartLine? line = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)exits * expected.Times, withSteps ? MaxSteppedExits : GuestLayout.MaxExits);
        guest.Ask(exits);
        var state = (ExitLoopState*)stateMemory.Address;
        *state = new ExitLoopState
        {
            Fd = guest.Vcpu.Fd,
            Run = guest.Vcpu.RunPage,
            Cursor = (ulong*)stamps.Address,
            Room = (long)exits * expected.Times,
            // A guest with an emulator is answered by managed code, whatever it does.
            Reason = guest.Emulator == null ? (uint)expected.Reason : uint.MaxValue,
            Details = expected.Details,
            AnswerAddress = expected.AnswerOffset != 0 ? (ulong*)((byte*)guest.Vcpu.RunPage + expected.AnswerOffset) : null,
            Answer = expected.Answer ?? 0,
            DelayCycles = work.Cycles,
            DelayInstructions = work.Instructions,
            CopyFrom = (byte*)copyFrom.Address,
            CopyTo = (byte*)copyTo.Address,
            CopyBytes = (ulong)(work.CopyBytes ?? 0),
            Transfer = (long)(work.Transfer ?? RegisterTransfer.None),
            WrittenAddress = (ulong*)((byte*)guest.Vcpu.RunPage + ExpectedExit.PioData),
            WrittenMask = expected.Written?.Mask ?? 0,
            Written = expected.Written?.Value ?? 0,
            Vectors = (long)(work.Vectors ?? VectorState.Clean),
            CleanVectors = cleanVectors.Address,
            One = 1,
            ReflectTo = work.ReflectTo ?? 0,
            GuestMemory = (byte*)guest.Memory,
        };
        ulong turns = 0;
        if (work.OtherThread == true) turns = PrepareOtherThread(state);
        *(ulong*)((byte*)guest.Vcpu.RunPage + KvmRun.DetailsOffset) = expected.Details;
        guest.Vcpu.RunPage->KvmValidRegs = guest.Emulator != null ? KvmRun.SyncX86Regs | KvmRun.SyncX86Sregs
            : work.Transfer == RegisterTransfer.SyncRegs || work.ReflectTo != null ? KvmRun.SyncX86Regs : 0;
        PrepareState(guest.Vcpu, state, work);
        PrepareBus(guest, state, work, withSteps);
        managed.Begin();
        if (guest.Emulator is { } emulator)
        {
            emulator.Begin();
            emulator.Settings = emulation;
            if (withSteps) steps.Span[..(exits * expected.Times * (int)EmulationStep.Count * sizeof(ulong))].Clear();
        }
        if (work.CopyBytes != null) copyTo.Span.Clear();
        done.Signalled = false;
        // Before signals are blocked: a thread that spins without them could keep the garbage collector waiting, and with it the others.
        line?.Wait();
        watchdog.Arm(guest, exits, LibC.GetThreadId());
        SignalSet mask = KickSignal.BlockOthers();
        ulong start = 0;
        Hang hang;
        try
        {
            do
            {
                if (guest.Emulator == null) loop.Run(state);
                else managed.Run(state, guest.Emulator, expected, exits * expected.Times, withSteps);
                if (start == 0) start = guest.Emulator == null ? state->StartTsc : managed.StartTsc;
            }
            while (state->Result == 0 && Dispatch(guest.Vcpu.RunPage) && !done.Signalled);
        }
        finally
        {
            KickSignal.Restore(mask);
            hang = watchdog.Disarm();
        }
        if (guest.Emulator != null) state->Room = exits * expected.Times - managed.Counted;
        Check(guest, state, exits, expected, work, hang);
        if (work.CopyBytes is { } bytes) CheckCopy(bytes);
        if (work.Vectors is { } vectors && !HostVectors.IsIn(vectors, new ReadOnlySpan<ulong>(state->LastVector, 4))) throw new InvalidOperationException($"The host's vector registers are not {vectors} after the run.");
        if (work.OtherThread == true && otherThread!.Turns - turns != (ulong)exits) throw new InvalidOperationException($"The other thread ran {otherThread.Turns - turns} times instead of {exits}.");
        return new RunResult(start, state->EndTsc, (int)state->Eintr);
    }

    public void Dispose()
    {
        watchdog.Dispose();
        otherThread?.Dispose();
        cleanVectors.Dispose();
        loop.Dispose();
        stamps.Dispose();
        steps.Dispose();
        stateMemory.Dispose();
        copyFrom.Dispose();
        copyTo.Dispose();
    }

    /// <summary>Makes the other thread on this CPU when it is first wanted.</summary>
    private ulong PrepareOtherThread(ExitLoopState* state)
    {
        otherThread ??= new OtherThread(LibC.sched_getcpu());
        (state->WakeFd, state->AnswerFd) = (otherThread.WakeFd, otherThread.AnswerFd);
        return otherThread.Turns;
    }

    private void PrepareBus(Guest guest, ExitLoopState* state, DeviceWork work, bool withSteps)
    {
        if (work.BusLock is not { } busLock) return;
        SharedBus bus = guest.Bus ?? throw new InvalidOperationException("The guest has no bus to look up.");
        (state->BusLock, state->BusHeld) = ((long)busLock, work.BusHeld);
        state->BusTable = bus.Table;
        state->BusReading = bus.Reading(guest.Index);
        state->BusMutex = bus.Mutex;
        state->MutexLock = CFunction.MutexLock;
        state->MutexUnlock = CFunction.MutexUnlock;
        state->BusRwlock = bus.Rwlock;
        state->ReadLock = CFunction.ReadLock;
        state->ReadUnlock = CFunction.ReadUnlock;
        state->BusSteps = withSteps ? (ulong*)steps.Address : null;
    }

    /// <summary>KVM takes registers from kvm_run where they are said to be dirty; without asking for them back, they stay there as they are put.</summary>
    private static void PrepareState(VCpu vcpu, ExitLoopState* state, DeviceWork work)
    {
        if (work.Restore is { } restored)
        {
            (vcpu.RunPage->SyncRegs, vcpu.RunPage->SyncSregs) = (restored.Regs, restored.Sregs);
            state->DirtyRegs = KvmRun.SyncX86Regs | KvmRun.SyncX86Sregs;
        }
        else if (work.Cr3Change is > 0 and var change)
        {
            vcpu.RunPage->SyncSregs = vcpu.Sregs;
            (state->Cr3Change, state->DirtyRegs) = (change, KvmRun.SyncX86Sregs);
        }
    }

    /// <summary>Routes an exit that the native loop does not answer to the bus; false if nobody owns it.</summary>
    private bool Dispatch(KvmRun* run)
    {
        if ((ExitReason)run->ExitReason != ExitReason.Io) return false;
        var data = new Span<byte>((byte*)run + run->IoDataOffset, (int)(run->IoSize * run->IoCount));
        return run->IoDirection == 1 ? ports.Write(run->IoPort, data) : ports.Read(run->IoPort, data);
    }

    private void Check(Guest guest, ExitLoopState* state, int exits, in ExpectedExit expected, DeviceWork work, Hang hang)
    {
        if (hang != Hang.None && !done.Signalled)
        {
            string how = hang == Hang.Loops ? $"ran for {Watchdog.Patience.TotalSeconds} s without an exit" : $"neither exited nor ran for {Watchdog.LongPatience.TotalSeconds} s";
            throw new GuestException($"The guest {how} and was stopped at RIP 0x{guest.Vcpu.Regs.Rip:x} ({guest.Program.Mode.Name()}).");
        }
        if (state->Result < 0) throw new KvmException(work.Transfer == RegisterTransfer.GetSetRegs ? "KVM_RUN, KVM_GET_REGS or KVM_SET_REGS" : "KVM_RUN", (int)-state->Result, "the vCPU's state is not one that this host can run");
        if (guest.Emulator is { Failure: { Length: > 0 } failure }) throw new GuestException($"The guest ended with {failure} ({guest.Program.Mode.Name()}).");
        if (!done.Signalled)
        {
            throw new GuestException($"The guest ended with {Describe(VmExit.Parse(in *guest.Vcpu.RunPage))} at RIP 0x{guest.Vcpu.Regs.Rip:x} ({guest.Program.Mode.Name()}).");
        }
        if (expected.ReachesUserspace && state->Room != 0)
        {
            throw new GuestException($"The guest reached user space {exits * expected.Times - state->Room} times instead of {exits * expected.Times}: something else answers its accesses.");
        }
        if (guest.ExitsDone(exits) != exits) throw new GuestException($"The guest stamped {guest.ExitsDone(exits)} of {exits} exits.");
        if (expected.Answer is { } answer && guest.ReadSum != unchecked(answer * (ulong)exits))
        {
            throw new GuestException($"The guest's reads add up to 0x{guest.ReadSum:x} instead of 0x{answer * (ulong)exits:x}.");
        }
    }

    private void CheckCopy(int bytes)
    {
        Span<byte> copied = copyTo.Span;
        if (copied[..bytes].SequenceEqual(copyFrom.Span[..bytes]) && !copied[bytes..].ContainsAnyExcept((byte)0)) return;
        throw new InvalidOperationException($"The loop did not copy {bytes} bytes.");
    }

    private static string Describe(VmExit exit) => exit switch
    {
        VmExit.Shutdown => "KVM_EXIT_SHUTDOWN (a triple fault)",
        VmExit.InternalError e => $"KVM_EXIT_INTERNAL_ERROR, suberror {e.Suberror}",
        VmExit.Io io => $"an unexpected {(io.Out ? "write to" : "read from")} port 0x{io.Port:x}",
        VmExit.Mmio mmio => $"an unexpected {(mmio.Write ? "write to" : "read from")} address 0x{mmio.Address:x}",
        VmExit.FailEntry e => $"KVM_EXIT_FAIL_ENTRY, hardware reason 0x{e.HardwareReason:x}",
        VmExit.UnknownHardwareReason e => $"KVM_EXIT_UNKNOWN, hardware reason 0x{e.HardwareReason:x}",
        VmExit.Other other => other.Reason.Name(),
        _ => "KVM_EXIT_" + exit.GetType().Name.ToUpperInvariant(),
    };

    /// <summary>The port that the guest writes to when it is done.</summary>
    private sealed class DoneDevice : IIoDevice
    {
        public bool Signalled { get; set; }

        public void Read(ulong offset, Span<byte> data) => data.Clear();

        public void Write(ulong offset, ReadOnlySpan<byte> data) => Signalled = true;
    }
}

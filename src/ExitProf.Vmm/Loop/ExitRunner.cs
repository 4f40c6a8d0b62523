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
    private readonly LockedMemory steps = new((long)MaxSteppedExits * (int)EmulationStep.Count * sizeof(ulong));
    private readonly ManagedLoop managed;
    private readonly IoBus ports = new();
    private readonly DoneDevice done = new();

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
        ports.Insert(GuestLayout.DonePort, 1, done);
    }

    /// <summary>True if the buffers that the loop writes could be locked in memory.</summary>
    public bool BuffersLocked => stamps.Locked && stateMemory.Locked;

    /// <summary>The VMM's stamps of the last run, two per exit that reached user space: KVM_RUN returned, KVM_RUN called again.</summary>
    public ReadOnlySpan<ulong> Stamps(int exits) => new(stamps.Address, StampsPerExit * exits);

    /// <summary>
    /// The VMM's own stamps of the last run in between, <see cref="EmulationStep.Count"/> per exit, if they were asked for; 0 where a step
    /// did not happen.
    /// </summary>
    public ReadOnlySpan<ulong> Steps(int exits) => new(steps.Address, (int)EmulationStep.Count * exits);

    /// <summary>
    /// The stamps of the last run around the lock of a bus, <see cref="BusLookupWork.Steps"/> per exit, if they were asked for.
    /// </summary>
    public ReadOnlySpan<ulong> BusSteps(int exits) => new(steps.Address, BusLookupWork.Steps * exits);

    /// <summary>Makes the guest exit <paramref name="exits"/> times. Allocates nothing.</summary>
    /// <param name="emulation">For a guest with an emulator: how it emulates in this run.</param>
    /// <param name="withSteps">Whether the VMM stamps its own steps, if it has any.</param>
    /// <param name="line">Where other vCPUs wait for this one; null if there are none.</param>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    /// <exception cref="SystemCallException">KVM_RUN failed.</exception>
    public RunResult Run(
        Guest guest,
        int exits,
        in ExpectedExit expected,
        VmmWork? work = null,
        EmulationSettings emulation = default,
        bool withSteps = false,
        StartLine? line = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)exits * expected.Times, withSteps ? MaxSteppedExits : GuestLayout.MaxExits);
        guest.Ask(exits);
        var state = (ExitLoopState*)stateMemory.Address;
        var run = new LoopRun(state, guest, exits, expected, work ?? VmmWork.None, withSteps ? (ulong*)steps.Address : null);
        Prepare(run, emulation);
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
        Check(run, hang);
        foreach (ILoopPart part in loop.Parts) part.Check(run);
        return new RunResult(start, state->EndTsc, (int)state->Eintr);
    }

    public void Dispose()
    {
        watchdog.Dispose();
        loop.Dispose();
        stamps.Dispose();
        steps.Dispose();
        stateMemory.Dispose();
    }

    private void Prepare(in LoopRun run, EmulationSettings emulation)
    {
        if ((run.Work.Parts & ~loop.Able) != LoopParts.None)
            throw new InvalidOperationException($"The loop is able to {loop.Able}, and the work needs {run.Work.Parts}.");
        (Guest guest, ExpectedExit expected) = (run.Guest, run.Expected);
        *run.State = new ExitLoopState
        {
            Fd = guest.Vcpu.Fd,
            Run = run.RunPage,
            Cursor = (ulong*)stamps.Address,
            Room = (long)run.Exits * expected.Times,
            // A guest with an emulator is answered by managed code, whatever it does.
            Reason = guest.Emulator == null ? (uint)expected.Reason : uint.MaxValue,
            Details = expected.Details,
            AnswerAddress = expected.AnswerOffset != 0 ? (ulong*)((byte*)run.RunPage + expected.AnswerOffset) : null,
            Answer = expected.Answer ?? 0,
        };
        *(ulong*)((byte*)run.RunPage + KvmRun.DetailsOffset) = expected.Details;
        run.RunPage->KvmValidRegs = guest.Emulator != null ? KvmRun.SyncX86Regs | KvmRun.SyncX86Sregs : 0;
        foreach (ILoopPart part in loop.Parts) part.Prepare(run);
        managed.Begin();
        if (guest.Emulator is { } emulator)
        {
            emulator.Begin();
            emulator.Settings = emulation;
            if (run.Steps != null) steps.Span[..(run.Exits * expected.Times * (int)EmulationStep.Count * sizeof(ulong))].Clear();
        }
        done.Signalled = false;
    }

    /// <summary>Routes an exit that the native loop does not answer to the bus; false if nobody owns it.</summary>
    private bool Dispatch(KvmRun* run)
    {
        if ((ExitReason)run->ExitReason != ExitReason.Io) return false;
        var data = new Span<byte>((byte*)run + run->IoDataOffset, (int)(run->IoSize * run->IoCount));
        return run->IoDirection == 1 ? ports.Write(run->IoPort, data) : ports.Read(run->IoPort, data);
    }

    private void Check(in LoopRun run, Hang hang)
    {
        (Guest guest, int exits, ExpectedExit expected) = (run.Guest, run.Exits, run.Expected);
        if (hang != Hang.None && !done.Signalled)
        {
            string how =
                hang == Hang.Loops
                    ? $"ran for {Watchdog.Patience.TotalSeconds} s without an exit"
                    : $"neither exited nor ran for {Watchdog.LongPatience.TotalSeconds} s";
            throw new GuestException($"The guest {how} and was stopped at RIP 0x{guest.Vcpu.Regs.Rip:x} ({guest.Program.Mode.Name()}).");
        }
        if (run.State->Result < 0)
            throw new SystemCallException(Calls(run.Work), (int)-run.State->Result, "the vCPU's state is not one that this host can run");
        if (guest.Emulator is { Failure: { Length: > 0 } failure })
            throw new GuestException($"The guest ended with {failure} ({guest.Program.Mode.Name()}).");
        if (!done.Signalled)
        {
            throw new GuestException(
                $"The guest ended with {Describe(VmExit.Parse(in *guest.Vcpu.RunPage))} at RIP 0x{guest.Vcpu.Regs.Rip:x} ({guest.Program.Mode.Name()})."
            );
        }
        if (expected.ReachesUserspace && run.State->Room != 0)
        {
            throw new GuestException(
                $"The guest reached user space {exits * expected.Times - run.State->Room} times instead of {exits * expected.Times}: something else answers its accesses."
            );
        }
        if (guest.ExitsDone(exits) != exits) throw new GuestException($"The guest stamped {guest.ExitsDone(exits)} of {exits} exits.");
        if (expected.Answer is { } answer && guest.ReadSum != unchecked(answer * (ulong)exits))
        {
            throw new GuestException($"The guest's reads add up to 0x{guest.ReadSum:x} instead of 0x{answer * (ulong)exits:x}.");
        }
    }

    /// <summary>"KVM_RUN", and what else the loop calls.</summary>
    private string Calls(VmmWork work)
    {
        foreach (ILoopPart part in loop.Parts)
        {
            if (part.Calls(work) is { } calls) return "KVM_RUN, " + calls;
        }
        return "KVM_RUN";
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

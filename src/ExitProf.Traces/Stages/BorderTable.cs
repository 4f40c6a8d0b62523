using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// What each event means for each kind of exit: the one place that knows. Meaning comes from here, from the kernel's sources
/// (arch/x86/kvm: x86.c, emulate.c, vmx/vmx.c, svm/svm.c, mmu/mmu.c) and from recordings on real hosts; whether an event
/// exists on a host comes from calibration.
/// </summary>
/// <remarks>
/// The same event means different borders: <c>kvm_pio</c> of an OUT and <c>kvm_mmio</c> of a write fire before the bus search;
/// <c>kvm_pio</c> of an IN fires when it is completed, in the next KVM_RUN if user space answers; an unsatisfied <c>kvm_mmio</c> read fires
/// after the search. <c>kvm_exit</c> and <c>kvm_entry</c> border the world switch on VMX and SVM; PVM has neither, but an RCU note on each
/// side of its switch.
/// </remarks>
public static class BorderTable
{
    /// <summary>The row for exits of a class of a trace.</summary>
    public static BorderRow Row(TraceHeader header, ExitClass exitClass) =>
        Row(header, exitClass.Kind, exitClass.Destination, exitClass.Signature.AsSpan());

    /// <summary>
    /// The row for exits of a trace with this signature. Our own VMM stamps both sides of KVM_RUN, whatever the signature shows; a foreign
    /// one did where the signature has its stamps. Only of our own guests it is known that KVM interprets them: the guests of other traces
    /// are read as native ones.
    /// </summary>
    public static BorderRow Row(TraceHeader header, ExitKind kind, Destination destination, ReadOnlySpan<Stamp> signature)
    {
        bool own = header.Source.IsVmm;
        bool vmmStamps = own || signature.Contains(Stamp.RunReturned);
        return Row(kind, destination, header.Backend, vmmStamps, emulated: own && !header.Native);
    }

    /// <param name="vmmStamps">True if the VMM stamped both sides of KVM_RUN (ours does, a foreign one does not).</param>
    /// <param name="emulated">True if KVM interprets the guest: there is no world switch, and each of its instructions is decoded.</param>
    public static BorderRow Row(ExitKind kind, Destination destination, Backend backend, bool vmmStamps, bool emulated = false)
    {
        if (NotWalked(kind, emulated) is { Length: > 0 } why) return new BorderRow([], [.. StageNames.All], emulated) { NotWalked = why };
        if (kind == ExitKind.HltWake) return WakeRow(backend);
        if (emulated) return EmulatedRow(kind, destination, vmmStamps);
        var borders = ImmutableArray.CreateBuilder<Border>();
        ExitKind access = Access(kind);
        AddHead(borders, backend);
        if (backend == Backend.Vmx) AddFastBus(borders, access);
        AddAccess(borders, access, destination);
        if (destination == Destination.Userspace) AddUserspace(borders, kind, vmmStamps);
        AddCompletion(borders, access, destination);
        AddTail(borders, backend);

        bool mayStayInside = kind is ExitKind.Syscall or ExitKind.Exception or ExitKind.PageTables;
        return new BorderRow(borders.ToImmutable(), [.. AbsentStages(access, destination)]) { MayStayInside = mayStayInside };
    }

    /// <summary>A halted guest stays in the run loop: its thread sleeps or polls there, and goes on from there when it is woken.</summary>
    private static BorderRow WakeRow(Backend backend)
    {
        var borders = ImmutableArray.CreateBuilder<Border>();
        borders.Add(new(Stamp.WakeSent, Stage.GuestEntry, "send the interrupt, wake the thread"));
        borders.Add(new(Stamp.RcuStart, Stage.GuestEntry, "probe"));
        borders.Add(new(Stamp.RcuEnd, Stage.GuestEntry, "sleep, wake the thread"));
        borders.Add(new(Stamp.KvmInjVirq, Stage.GuestEntry, "inject the interrupt"));
        AddTail(borders, backend);
        return new BorderRow(borders.ToImmutable(), [.. StageNames.All.Where(s => s < Stage.GuestEntry)]);
    }

    /// <summary>What it is to the kernel.</summary>
    private static ExitKind Access(ExitKind kind) => kind == ExitKind.LockedPioIn ? ExitKind.PioIn : kind;

    private static string NotWalked(ExitKind kind, bool emulated) => kind switch
    {
        ExitKind.GuestWork => "a unit of guest work holds many exits or none",
        ExitKind.RepeatedPio => "an instruction that exits for each of its elements goes through the stages as often",
        ExitKind.VmmCall => "a system call of the VMM is no exit",
        ExitKind.ProtectedTable => "the VMM recreates a memory slot in it by system calls that sleep, and the guest faults in again what KVM has forgotten",
        // KVM's emulator writes the same event for it as for every other instruction.
        ExitKind.HltWake when emulated => "between the wake-up and the guest KVM interprets its handler",
        ExitKind.PageTables or ExitKind.Syscall or ExitKind.Exception when emulated => "no event tells it from the other instructions that KVM interprets",
        _ => "",
    };

    /// <summary>
    /// From the decode of the instruction that exits to the decode of the next one. A signature without decodes (untraced, or fewer events)
    /// is laid over the same row from stamp to stamp: then the guest's loop is in it.
    /// </summary>
    private static BorderRow EmulatedRow(ExitKind kind, Destination destination, bool vmmStamps)
    {
        var borders = ImmutableArray.CreateBuilder<Border>();
        borders.Add(new(Stamp.GuestBefore, Stage.Handler, "guest's loop, fetch, decode", Bound.Upper));
        borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute"));
        ExitKind access = Access(kind);
        AddAccess(borders, access, destination);
        if (destination == Destination.Userspace) AddUserspace(borders, kind, vmmStamps);
        AddCompletion(borders, access, destination);
        // What ends the walk opens nothing: it only has to come last. Which border it comes after may depend on a probe.
        ProbePairs probed = borders[^1].With;
        Stage last = borders.Last(b => b.With == ProbePairs.None).Opens;
        if (probed != ProbePairs.None) AddEnd(borders[^1].Opens, with: probed, without: ProbePairs.None);
        AddEnd(last, with: ProbePairs.None, without: probed);

        ImmutableArray<Stage> absent = [Stage.Exit, .. AbsentStages(access, destination), Stage.GuestResume];
        if (last != Stage.GuestEntry) absent = absent.Add(Stage.GuestEntry);
        return new BorderRow(borders.ToImmutable(), absent, Emulated: true);

        void AddEnd(Stage stage, ProbePairs with, ProbePairs without)
        {
            borders.Add(new(Stamp.KvmEmulateInsn, stage, "guest's loop", With: with, Without: without));
            borders.Add(new(Stamp.GuestAfter, stage, "guest", With: with, Without: without));
        }
    }

    private static IEnumerable<Stage> AbsentStages(ExitKind kind, Destination destination)
    {
        if (kind is not (ExitKind.PioOut or ExitKind.Intervened or ExitKind.PioIn or ExitKind.MmioWrite or ExitKind.MmioRead))
            yield return Stage.PioSearch;
        if (destination == Destination.Userspace) yield break;
        yield return Stage.HostRestore;
        yield return Stage.Userspace;
        yield return Stage.GuestReload;
    }

    private static void AddHead(ImmutableArray<Border>.Builder borders, Backend backend)
    {
        borders.Add(new(Stamp.GuestBefore, Stage.Exit, "world switch out"));
        if (backend == Backend.Pvm)
        {
            borders.Add(new(Stamp.RcuStart, Stage.Handler, "probe"));
            borders.Add(new(Stamp.RcuEnd, Stage.Handler, "exit handler, fetch, decode"));
            return;
        }
        // SVM from 6.12 on: an RCU note between the world switch and kvm_exit.
        borders.Add(new(Stamp.RcuStart, Stage.Exit, "probe"));
        borders.Add(new(Stamp.RcuEnd, Stage.Exit, "after the world switch"));
        borders.Add(new(Stamp.KvmExit, Stage.Handler, "exit handler"));
    }

    private static void AddAccess(ImmutableArray<Border>.Builder borders, ExitKind kind, Destination destination)
    {
        switch (kind)
        {
            case ExitKind.PioOut or ExitKind.Intervened:
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute"));
                AddWriteSearch(borders, Stamp.KvmPio, destination);
                break;
            case ExitKind.PioIn:
                // The emulator's decode is the last event before the search; the fast path of VMX and SVM has none.
                string search = "execute, " + SearchStep(destination);
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.PioSearch, search, Bound.Upper, Without: ProbePairs.BusRead));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute", With: ProbePairs.BusRead));
                AddReadSearch(borders, destination, "leave the run loop, FPU swap");
                break;
            case ExitKind.MmioWrite:
                borders.Add(new(Stamp.KvmPageFault, Stage.Handler, "page fault, fetch, decode"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute, translate"));
                borders.Add(new(Stamp.VcpuMatchMmio, Stage.Handler, "dispatch"));
                AddWriteSearch(borders, Stamp.KvmMmio, destination);
                // Fires after the fast-MMIO bus has answered: the search lies before it and has no border of its own. Never on the way to
                // user space.
                if (destination == Destination.Kernel) borders.Add(new(Stamp.KvmFastMmio, Stage.GuestEntry, "skip the instruction"));
                break;
            case ExitKind.MmioRead:
                borders.Add(new(Stamp.KvmPageFault, Stage.Handler, "page fault, fetch, decode"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute, translate"));
                // Fires when the address is found among those known as MMIO, just before the bus is asked.
                string exact = ExactSearchStep(destination);
                borders.Add(new(Stamp.VcpuMatchMmio, Stage.PioSearch, exact, Bound.Upper, Without: ProbePairs.BusRead));
                borders.Add(new(Stamp.VcpuMatchMmio, Stage.PioSearch, "dispatch", With: ProbePairs.BusRead));
                AddReadSearch(borders, destination, "note the access");
                // A read that the kernel answers has no unsatisfied one before it: its only kvm_mmio is the completion's.
                if (destination == Destination.Kernel) break;
                borders.Add(new(Stamp.KvmMmio, Stage.PioSearch, "leave the run loop, FPU swap", Bound.Upper, Without: ProbePairs.BusRead));
                borders.Add(new(Stamp.KvmMmio, Stage.HostRestore, "leave the run loop, FPU swap", With: ProbePairs.BusRead));
                break;
            case ExitKind.EmulationFailure:
                borders.Add(new(Stamp.KvmPageFault, Stage.Handler, "page fault, fetch, decode"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "give up, leave the run loop"));
                break;
            default:
                AddInstruction(borders, kind);
                break;
        }
    }

    /// <summary>An instruction or an event of the CPU that no device answers.</summary>
    private static void AddInstruction(ImmutableArray<Border>.Builder borders, ExitKind kind)
    {
        switch (kind)
        {
            case ExitKind.Cpuid:
                // Where the emulator runs the guest, its decode comes first; SVM without NRIPS decodes afterwards, to skip the instruction.
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute"));
                borders.Add(new(Stamp.KvmCpuid, Stage.Handler, "write back"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "skip the instruction"));
                break;
            case ExitKind.Msr:
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute"));
                borders.Add(new(Stamp.KvmMsr, Stage.Handler, "write back"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "skip the instruction"));
                break;
            case ExitKind.Hypercall:
                borders.Add(new(Stamp.KvmHypercall, Stage.Handler, "hypercall"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "skip the instruction"));
                break;
            case ExitKind.Hlt:
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "skip the instruction"));
                break;
            case ExitKind.Shutdown:
                // Where KVM itself delivers exceptions, it tries to before it gives up.
                borders.Add(new(Stamp.KvmInjException, Stage.Handler, "deliver the exception"));
                break;
            case ExitKind.Exception:
                // PVM delivers it and interprets the handler in ring 0, which has two decodes even if it only returns.
                borders.Add(new(Stamp.KvmInjException, Stage.Handler, "deliver the exception"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "interpret the handler"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "interpret the handler"));
                break;
            case ExitKind.Apic:
                borders.Add(new(Stamp.KvmPageFault, Stage.Handler, "page fault, fetch, decode"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "execute, translate"));
                borders.Add(new(Stamp.VcpuMatchMmio, Stage.Handler, "dispatch"));
                borders.Add(new(Stamp.KvmMmio, Stage.Handler, "dispatch"));
                borders.Add(new(Stamp.KvmApic, Stage.Handler, "local APIC"));
                borders.Add(new(Stamp.KvmEoi, Stage.Handler, "end of interrupt, write back"));
                // x2APIC registers are MSRs, and kvm_msr fires when the access is done; so does kvm_mmio of an xAPIC read.
                borders.Add(new(Stamp.KvmMsr, Stage.Handler, "write back"));
                borders.Add(new(Stamp.KvmMmio, Stage.Handler, "write back"));
                borders.Add(new(Stamp.KvmEmulateInsn, Stage.Handler, "skip the instruction"));
                break;
        }
    }

    /// <summary>
    /// An EPT misconfiguration goes to the bus of fast MMIO before anything is decoded. Stores ask the other bus afterwards, all others do
    /// not write to one.
    /// </summary>
    private static void AddFastBus(ImmutableArray<Border>.Builder borders, ExitKind kind)
    {
        if (kind is not (ExitKind.MmioWrite or ExitKind.MmioRead or ExitKind.Apic or ExitKind.EmulationFailure)) return;
        ProbePairs with = kind == ExitKind.MmioWrite ? ProbePairs.FastBus : ProbePairs.BusWrite;
        borders.Add(new(Stamp.BusWriteBegin, Stage.Handler, "fast MMIO bus", With: with));
        borders.Add(new(Stamp.BusWriteEnd, Stage.Handler, "fetch, decode", With: with));
    }

    /// <param name="dispatch">The event just before the bus is asked.</param>
    private static void AddWriteSearch(ImmutableArray<Border>.Builder borders, Stamp dispatch, Destination destination)
    {
        const ProbePairs Probes = ProbePairs.BusWrite;
        borders.Add(new(dispatch, Stage.PioSearch, SearchStep(destination), Bound.Upper, Without: Probes));
        borders.Add(new(dispatch, Stage.PioSearch, "dispatch", With: Probes));
        borders.Add(new(Stamp.BusWriteBegin, Stage.PioSearch, ExactSearchStep(destination), With: Probes) { Sharp = true });
        borders.Add(destination == Destination.Kernel
            ? new(Stamp.BusWriteEnd, Stage.GuestEntry, "write back, skip the instruction, requests", With: Probes)
            : new(Stamp.BusWriteEnd, Stage.HostRestore, "leave the run loop, FPU swap", With: Probes));
    }

    /// <param name="leave">What follows on the way to user space.</param>
    private static void AddReadSearch(ImmutableArray<Border>.Builder borders, Destination destination, string leave)
    {
        const ProbePairs Probes = ProbePairs.BusRead;
        borders.Add(new(Stamp.BusReadBegin, Stage.PioSearch, ExactSearchStep(destination), With: Probes) { Sharp = true });
        borders.Add(destination == Destination.Kernel
            ? new(Stamp.BusReadEnd, Stage.GuestEntry, "take the value", With: Probes)
            : new(Stamp.BusReadEnd, Stage.HostRestore, leave, With: Probes));
    }

    private static string SearchStep(Destination destination) =>
        destination == Destination.Kernel ? "bus search, device, write-back" : "bus search, leave the run loop, FPU swap";

    private static string ExactSearchStep(Destination destination) => destination == Destination.Kernel ? "bus search, device" : "bus search";

    private static void AddUserspace(ImmutableArray<Border>.Builder borders, ExitKind kind, bool vmmStamps)
    {
        borders.Add(new(Stamp.KvmFpuUnload, Stage.HostRestore, "vcpu_put", Without: ProbePairs.VcpuPut));
        borders.Add(new(Stamp.KvmFpuUnload, Stage.HostRestore, "state for user space", With: ProbePairs.VcpuPut));
        borders.Add(new(Stamp.VcpuPutBegin, Stage.HostRestore, "vcpu_put", With: ProbePairs.VcpuPut));
        borders.Add(new(Stamp.VcpuPutEnd, Stage.HostRestore, "return to the ioctl", With: ProbePairs.VcpuPut));
        borders.Add(new(Stamp.KvmUserspaceExit, Stage.HostRestore, "leave the ioctl"));
        if (vmmStamps)
        {
            borders.Add(new(Stamp.SysExit, Stage.HostRestore, "user-return MSRs"));
            borders.Add(new(Stamp.RunReturned, Stage.Userspace, "VMM"));
            // Reading the registers and writing them are all that our VMM ever calls besides, unless it hands the CPU to another thread.
            if (kind == ExitKind.Intervened) AddOtherThread(borders);
            else if (kind == ExitKind.LockedPioIn) AddBusLock(borders);
            else
            {
                AddIoctl(borders, "KVM_GET_REGS");
                AddIoctl(borders, "KVM_SET_REGS");
            }
            AddSteps(borders, kind);
            borders.Add(new(Stamp.RunCalled, Stage.GuestReload, "system call entry"));
        }
        else
        {
            borders.Add(new(Stamp.SysExit, Stage.Userspace, "user-return MSRs, VMM, system call entry", Bound.Upper));
        }
        borders.Add(new(Stamp.SysEnter, Stage.GuestReload, "vcpu_load, FPU swap", Without: ProbePairs.VcpuLoad));
        borders.Add(new(Stamp.SysEnter, Stage.GuestReload, "enter the ioctl", With: ProbePairs.VcpuLoad));
        borders.Add(new(Stamp.VcpuLoadBegin, Stage.GuestReload, "vcpu_load", With: ProbePairs.VcpuLoad));
        borders.Add(new(Stamp.VcpuLoadEnd, Stage.GuestReload, "FPU swap", With: ProbePairs.VcpuLoad));
    }

    /// <summary>
    /// The VMM's own steps, stamped by itself. Before the first of them it dispatches. An instruction that uses vector registers has them
    /// read before it is emulated, and written back afterwards.
    /// </summary>
    private static void AddSteps(ImmutableArray<Border>.Builder borders, ExitKind kind)
    {
        if (kind == ExitKind.EmulationFailure)
        {
            borders.Add(new(Stamp.VmmLookup, Stage.Userspace, "lookup"));
            borders.Add(new(Stamp.VmmFetch, Stage.Userspace, "fetch"));
            borders.Add(new(Stamp.VmmDecode, Stage.Userspace, "decode"));
            borders.Add(new(Stamp.VmmVectorState, Stage.Userspace, "read vector state"));
            AddIoctl(borders, "KVM_GET_XSAVE");
            borders.Add(new(Stamp.VmmEmulate, Stage.Userspace, "emulate, operand"));
        }
        borders.Add(new(Stamp.VmmDevice, Stage.Userspace, "device"));
        if (kind == ExitKind.EmulationFailure)
        {
            borders.Add(new(Stamp.VmmEmulate, Stage.Userspace, "emulate"));
            borders.Add(new(Stamp.VmmVectorState, Stage.Userspace, "write vector state"));
            AddIoctl(borders, "KVM_SET_XSAVE");
        }
        borders.Add(new(Stamp.VmmWriteBack, Stage.Userspace, "write-back"));
    }

    /// <summary>
    /// A call of the VMM on its vCPU while it answers: entries of calls that are not KVM_RUN are <see cref="Stamp.Other"/>, exits of ioctl
    /// all look the same.
    /// </summary>
    private static void AddIoctl(ImmutableArray<Border>.Builder borders, string name)
    {
        borders.Add(new(Stamp.Other, Stage.Userspace, name) { After = Stamp.RunReturned });
        borders.Add(new(Stamp.VcpuLoadBegin, Stage.Userspace, name + ", vcpu_load", With: ProbePairs.VcpuLoad));
        borders.Add(new(Stamp.VcpuLoadEnd, Stage.Userspace, name, With: ProbePairs.VcpuLoad));
        borders.Add(new(Stamp.VcpuPutBegin, Stage.Userspace, name + ", vcpu_put", With: ProbePairs.VcpuPut));
        borders.Add(new(Stamp.VcpuPutEnd, Stage.Userspace, name, With: ProbePairs.VcpuPut));
        borders.Add(new(Stamp.SysExit, Stage.Userspace, "VMM"));
    }

    /// <summary>
    /// Two calls that are no ioctls, a write that wakes the other thread and a read that waits for it; the switch away is noted by RCU.
    /// </summary>
    private static void AddOtherThread(ImmutableArray<Border>.Builder borders)
    {
        borders.Add(new(Stamp.Other, Stage.Userspace, "wake the other thread") { After = Stamp.RunReturned });
        borders.Add(new(Stamp.Other, Stage.Userspace, "VMM"));
        borders.Add(new(Stamp.Other, Stage.Userspace, "wait for it"));
        borders.Add(new(Stamp.RcuStart, Stage.Userspace, "probe") { After = Stamp.RunReturned });
        borders.Add(new(Stamp.RcuEnd, Stage.Userspace, "the other thread runs"));
        borders.Add(new(Stamp.Other, Stage.Userspace, "VMM"));
    }

    /// <summary>
    /// The lookup on the VMM's own bus. A lock that another vCPU holds takes a futex, in which the thread may sleep; so may handing it on.
    /// </summary>
    private static void AddBusLock(ImmutableArray<Border>.Builder borders)
    {
        borders.Add(new(Stamp.VmmBusLock, Stage.Userspace, "take the bus lock"));
        AddFutex(borders, Stamp.VmmBusLock, "wait for the bus lock");
        AddFutex(borders, Stamp.VmmBusLock, "wait for the bus lock again");
        borders.Add(new(Stamp.VmmBusLocked, Stage.Userspace, "search the bus, device"));
        borders.Add(new(Stamp.VmmBusFound, Stage.Userspace, "release the bus lock"));
        AddFutex(borders, Stamp.VmmBusFound, "wake another vCPU");
        borders.Add(new(Stamp.VmmBusReleased, Stage.Userspace, "VMM"));
    }

    private static void AddFutex(ImmutableArray<Border>.Builder borders, Stamp after, string name)
    {
        borders.Add(new(Stamp.Other, Stage.Userspace, name) { After = after });
        borders.Add(new(Stamp.RcuStart, Stage.Userspace, "probe") { After = after });
        borders.Add(new(Stamp.RcuEnd, Stage.Userspace, name) { After = after });
        borders.Add(new(Stamp.Other, Stage.Userspace, name) { After = after });
    }

    private static void AddCompletion(ImmutableArray<Border>.Builder borders, ExitKind kind, Destination destination)
    {
        if (destination == Destination.Userspace) borders.Add(new(Stamp.KvmFpuLoad, Stage.GuestEntry, "guest MSRs, requests, injection"));
        // SVM without NRIPS decodes to skip the instruction once user space has answered.
        if (kind == ExitKind.Msr && destination == Destination.Userspace) borders.Add(new(Stamp.KvmEmulateInsn, Stage.GuestEntry, "skip the instruction"));
        if (kind == ExitKind.PioIn) borders.Add(new(Stamp.KvmPio, Stage.GuestEntry, "complete the read"));
        if (kind == ExitKind.MmioRead) borders.Add(new(Stamp.KvmMmio, Stage.GuestEntry, "complete the read"));
    }

    private static void AddTail(ImmutableArray<Border>.Builder borders, Backend backend)
    {
        if (backend != Backend.Pvm) borders.Add(new(Stamp.KvmEntry, Stage.GuestResume, "last steps before the world switch"));
        borders.Add(new(Stamp.RcuStart, Stage.GuestResume, "probe"));
        borders.Add(new(Stamp.RcuEnd, Stage.GuestResume, "world switch in"));
        borders.Add(new(Stamp.GuestAfter, Stage.GuestResume, "guest"));
    }
}

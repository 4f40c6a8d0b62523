using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// Puts the exits of one vCPU thread together from its kernel events alone: the way of machines that have no stamps of their own in the
/// guest and the VMM. From kvm_exit to kvm_entry on VMX and SVM; PVM has neither, there it is from the Start of the RCU note that follows
/// the exit to the Start of the one that precedes the entry. Allocates nothing per exit.
/// </summary>
/// <example>
/// <code>
/// foreach (var e in events) if (pairing.Add(e)) Use(pairing.Finished);
/// if (pairing.Complete()) Use(pairing.Finished);
/// </code>
/// </example>
public sealed class ExitPairing
{
    private readonly bool notes;
    private ExitFrame open = new();
    private ExitFrame finished = new();

    /// <summary>PVM: an exit whose entry note is only sure to be one when the next exit's note follows it.</summary>
    private ExitFrame entered = new();
    private bool hasEntered;

    /// <summary>The guest runs as far as we know. Before the first border we do not know.</summary>
    private bool inGuest;
    private bool isOpen;

    /// <summary>PVM: the last note while the guest seemed to run. If an event shows that it did not, this was an exit's note.</summary>
    private KernelEvent lastStart, lastEnd;

    /// <param name="backend">Vmx, Svm or Pvm: the two ways to pair.</param>
    public ExitPairing(Backend backend)
    {
        if (backend is not (Backend.Vmx or Backend.Svm or Backend.Pvm))
            throw new ArgumentOutOfRangeException(nameof(backend), backend, "Exits are paired by the back-end's own events.");
        notes = backend == Backend.Pvm;
    }

    /// <summary>The exit that the last call of <see cref="Add"/> or <see cref="Complete"/> finished.</summary>
    public PairedExit Finished => new(finished);

    /// <summary>
    /// Whether any kvm_fpu:unload or kvm_userspace_exit was seen. If not, every exit looks as if the kernel had answered it, and only
    /// someone who knows which events were on can tell whether that is so.
    /// </summary>
    public bool SawUserspace { get; private set; }

    /// <summary>The thread is inside an exit as far as is known.</summary>
    public bool IsOpen => isOpen;

    /// <summary>Events between an entry and the next exit, or before the first: RCU notes beside the world switch and the like.</summary>
    public long GuestEvents { get; private set; }

    /// <summary>
    /// PVM: how often an entry note turned out to be the next exit's, so that one of them is missing. The exit before it is handed out
    /// without its entry.
    /// </summary>
    public long Resynchronised { get; private set; }

    /// <returns>True if the event finished an exit, whole or not; it is in <see cref="Finished"/> until the next call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(in KernelEvent e)
    {
        if (e.Stamp is Stamp.KvmFpuUnload or Stamp.KvmUserspaceExit) SawUserspace = true;
        // Nearly all events are inside an exit and none of its ends.
        if (notes || !isOpen || e.Stamp is Stamp.KvmExit or Stamp.KvmEntry) return notes ? AddByNotes(in e) : AddByExits(in e);
        open.Add(in e);
        return false;
    }

    /// <summary>Adds an event that says nothing but when it was.</summary>
    /// <returns>False if it is for <see cref="Add"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAddPlain(Stamp stamp, ulong time) => isOpen && !notes && open.TryAddPlain(stamp, time);

    /// <summary>Ends the stream. To be called too where the ring buffer lost events: what follows starts afresh.</summary>
    /// <returns>True if an exit was still open; it is in <see cref="Finished"/>.</returns>
    public bool Complete()
    {
        inGuest = false;
        (lastStart, lastEnd) = (default, default);
        return isOpen ? Finish() : FinishEntered(sure: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AddByExits(in KernelEvent e)
    {
        switch (e.Stamp)
        {
            case Stamp.KvmExit:
                bool lost = isOpen && Finish();
                Open(hasExit: true);
                open.Add(in e);
                return lost;
            case Stamp.KvmEntry:
                if (!isOpen) Open(hasExit: false);
                open.Add(in e);
                open.HasEntry = true;
                return Finish();
            case Stamp.RcuStart or Stamp.RcuEnd or Stamp.Other when !isOpen:
            case >= Stamp.KvmPio when e.IsUntimed && !isOpen:
            // SVM before 6.12 writes kvm_exit with interrupts on: the thread can lose its CPU before it.
            case >= Stamp.VcpuPutBegin and <= Stamp.SchedIn when !isOpen:
                GuestEvents++;
                return false;
            default:
                // Host events without an exit before them: the trace begins here, or kvm_exit was lost.
                if (!isOpen) Open(hasExit: false);
                open.Add(in e);
                return false;
        }
    }

    private bool AddByNotes(in KernelEvent e)
    {
        switch (e.Stamp)
        {
            case Stamp.RcuStart when isOpen && !InUserspace:
                Enter(in e);
                return false;
            case Stamp.RcuStart when !isOpen && inGuest:
                bool paired = FinishEntered(sure: true);
                Open(hasExit: true);
                open.Add(in e);
                return paired;
            case Stamp.RcuStart when !isOpen:
                // Nothing is known yet. Which note this was, the next event of KVM tells.
                GuestEvents++;
                (lastStart, lastEnd) = (e, default);
                return false;
            case Stamp.RcuEnd when !isOpen:
                GuestEvents++;
                lastEnd = e;
                return false;
            case Stamp.SchedOut when !isOpen && hasEntered && entered.Ends(lastStart.Tsc):
                // The scheduler's own note was taken for that of the entry.
                (open, entered) = (entered, open);
                (isOpen, hasEntered, open.HasEntry) = (true, false, false);
                break;
            case Stamp.Other or Stamp.SchedOut or Stamp.SchedIn when !isOpen:
                GuestEvents++;
                return false;
        }
        bool broken = !isOpen && FinishEntered(sure: false);
        if (!isOpen) OpenAfterNote();
        open.Add(in e);
        return broken;
    }

    /// <summary>A note inside user space's part is a context switch of the thread, not an entry.</summary>
    private bool InUserspace => open.Stamps.LastIndexOf(Stamp.KvmFpuUnload) > open.Stamps.LastIndexOf(Stamp.KvmFpuLoad);

    /// <summary>KVM works although the guest seemed to run: the note before was that of an exit.</summary>
    private void OpenAfterNote()
    {
        bool known = lastStart.Stamp == Stamp.RcuStart;
        Open(hasExit: known);
        if (!known) return;
        open.Add(in lastStart);
        if (lastEnd.Stamp == Stamp.RcuEnd) open.Add(in lastEnd);
    }

    private void Open(bool hasExit)
    {
        open.Clear();
        open.HasExit = hasExit;
        isOpen = true;
    }

    private void Enter(in KernelEvent e)
    {
        open.Add(in e);
        open.HasEntry = true;
        (open, entered) = (entered, open);
        isOpen = false;
        hasEntered = inGuest = true;
        (lastStart, lastEnd) = (e, default);
    }

    private bool FinishEntered(bool sure)
    {
        if (!hasEntered) return false;
        if (!sure)
        {
            entered.HasEntry = false;
            Resynchronised++;
        }
        hasEntered = false;
        (entered, finished) = (finished, entered);
        return true;
    }

    private bool Finish()
    {
        (open, finished) = (finished, open);
        isOpen = false;
        return true;
    }
}

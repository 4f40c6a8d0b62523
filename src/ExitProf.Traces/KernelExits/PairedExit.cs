using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>An exit that was put together from a vCPU thread's events. Its spans are valid until the next event is added.</summary>
/// <remarks>Exits that lack an end are handed out like all others, so that whoever counts them cannot miss them.</remarks>
public readonly ref struct PairedExit
{
    private readonly ExitFrame frame;

    internal PairedExit(ExitFrame frame) => this.frame = frame;

    /// <summary>False if the events begin in the middle of the exit: the trace began there, or events were lost.</summary>
    public bool HasExit => frame.HasExit;

    /// <summary>False if the guest was not seen to be entered again: the trace ended before, or events were lost.</summary>
    public bool HasEntry => frame.HasEntry;

    /// <summary>Only a paired exit has a duration.</summary>
    public bool IsPaired => HasExit && HasEntry;

    /// <summary>
    /// Unknown for exits that the border table has no row for: interrupts, missing pages, exceptions and so on. <see cref="Reason"/> has
    /// their name.
    /// </summary>
    public ExitKind Kind => frame.Kind;
    public Destination Destination => frame.Evidence.Destination;

    /// <summary>The hardware's reason by the kernel's name; empty on PVM and where kvm_exit is missing.</summary>
    public string Reason => frame.Evidence.Reason;

    /// <summary>False where kvm_exit is missing or its reason could not be read.</summary>
    public bool HasReason => frame.Evidence.HasReason;

    /// <summary>exit_reason of kvm_exit.</summary>
    public uint ReasonCode => frame.Evidence.ReasonCode;

    /// <summary>isa of kvm_exit.</summary>
    public int Isa => frame.Evidence.Isa;

    /// <summary>KVM_EXIT_*; empty if user space was not reached or kvm_userspace_exit was not recorded.</summary>
    public string KvmExit => frame.Evidence.KvmExit;

    /// <summary>Port, guest-physical address, MSR, CPUID leaf, number of the hypercall or APIC register; 0 where there is none.</summary>
    public ulong Subkey => frame.Evidence.SubkeyOf(frame.Kind);

    /// <summary>From kvm_exit to kvm_entry; on PVM from the Start of the exit's RCU note to the Start of the entry's.</summary>
    public ReadOnlySpan<Stamp> Signature => frame.Stamps;

    /// <summary>One per stamp of the signature.</summary>
    public ReadOnlySpan<ulong> Times => frame.Times;

    /// <summary>
    /// Events within the exit that are no border: <see cref="Stamp.Other"/> and system calls of the VMM between two KVM_RUNs.
    /// </summary>
    public int OtherEvents => frame.OtherEvents;

    /// <summary>Events that did not fit into <see cref="ExitClass.MaxStamps"/>; such an exit is not to be used.</summary>
    public int DroppedEvents => frame.DroppedEvents;

    /// <summary>
    /// Whether the exit's first event was written with interrupts off. If not (SVM before 6.12), the host handled the interrupt of an exit
    /// with the reason "interrupt" before it, in what looks like the guest's time.
    /// </summary>
    public bool InterruptsOff => frame.InterruptsOff;
}

/// <summary>An exit under construction; two of them take turns, so nothing is allocated per exit.</summary>
internal sealed class ExitFrame
{
    private readonly Stamp[] stamps = new Stamp[ExitClass.MaxStamps];
    private readonly ulong[] times = new ulong[ExitClass.MaxStamps];
    private int count;

    private bool hasSysExit, hasFpuLoad;
    private ExitKind? kind;

    public ExitEvidence Evidence;

    public bool HasExit { get; set; }
    public bool HasEntry { get; set; }
    public int OtherEvents { get; private set; }
    public int DroppedEvents { get; private set; }
    public bool InterruptsOff { get; private set; }

    /// <summary>To be asked for when nothing more is added: it is found once.</summary>
    public ExitKind Kind => kind ??= Evidence.Kind;
    public ReadOnlySpan<Stamp> Stamps => stamps.AsSpan(0, count);
    public ReadOnlySpan<ulong> Times => times.AsSpan(0, count);

    /// <summary>Whether the last stamp has this time.</summary>
    public bool Ends(ulong time) => count > 0 && times[count - 1] == time;

    public void Clear()
    {
        count = OtherEvents = DroppedEvents = 0;
        HasExit = HasEntry = InterruptsOff = hasSysExit = hasFpuLoad = false;
        kind = null;
        Evidence = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in KernelEvent e)
    {
        Stamp stamp = e.Stamp;
        if (stamp is Stamp.Other or Stamp.SysExit or Stamp.KvmFpuLoad && !IsBorder(stamp)) return;
        if (ExitEvidence.Concerns(stamp)) Evidence.Add(in e);
        if (e.IsUntimed) return;
        int at = count;
        if (at == 0) InterruptsOff = e.InterruptsOff;
        if (at >= stamps.Length)
        {
            Drop(in e);
            return;
        }
        stamps[at] = stamp;
        times[at] = e.Tsc;
        count = at + 1;
    }

    /// <summary>Adds a border that says nothing but when it was.</summary>
    /// <returns>False if that takes more than its time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAddPlain(Stamp stamp, ulong time)
    {
        int at = count;
        if (at == 0 || at >= stamps.Length) return false;
        // The two that are a border at times only, as IsBorder has it.
        if (stamp == Stamp.KvmFpuLoad) hasFpuLoad = true;
        else if (stamp == Stamp.SysExit)
        {
            if (hasSysExit && !hasFpuLoad) return false;
            hasSysExit = true;
        }
        stamps[at] = stamp;
        times[at] = time;
        count = at + 1;
        return true;
    }

    /// <summary>False if an event is counted only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsBorder(Stamp stamp)
    {
        bool stored = count < stamps.Length;
        if (stamp == Stamp.KvmFpuLoad)
        {
            hasFpuLoad |= stored;
            return true;
        }
        if (stamp == Stamp.SysExit && (!hasSysExit || hasFpuLoad))
        {
            hasSysExit |= stored;
            return true;
        }
        OtherEvents++;
        // User space still runs: this is the end of another call of the VMM. If its beginning was taken for KVM_RUN, it was not.
        if (stamp == Stamp.SysExit && stamps[count - 1] == Stamp.SysEnter)
        {
            count--;
            OtherEvents++;
        }
        return false;
    }

    private void Drop(in KernelEvent e)
    {
        DroppedEvents++;
        // The end counts more than what came before it: the total stays right.
        if (e.Stamp == Stamp.KvmEntry) (stamps[^1], times[^1]) = (e.Stamp, e.Tsc);
    }
}

using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Receives one exit: its signature and the time of each stamp.</summary>
internal delegate void ExitHandler(ReadOnlySpan<Stamp> signature, ReadOnlySpan<ulong> stamps);

/// <summary>
/// Puts together what the guest, the VMM and the kernel stamped: all are on one clock, so an exit is what lies between its guest stamps.
/// </summary>
internal sealed class ExitAssembler
{
    private readonly Stamp[] signature = new Stamp[ExitClass.MaxStamps];
    private readonly ulong[] stamps = new ulong[ExitClass.MaxStamps];
    private int length;

    /// <summary>Stamps beyond <see cref="ExitClass.MaxStamps"/> of one exit: never seen, but not to be lost silently.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Kernel events between two exits, which are in none.</summary>
    public long Between { get; private set; }

    /// <summary>Exits whose stamps contradict the assumption of one clock.</summary>
    public long OutOfOrder { get; private set; }

    /// <param name="guest">Two values per exit: before, after.</param>
    /// <param name="vmm">Two values per exit, or several such pairs: KVM_RUN returned, called again. Empty for exits that the kernel
    /// answers.</param>
    /// <param name="steps">As many values per exit as there are kinds of them, between those two; 0 for a step that did not happen. Empty
    /// if they were not stamped.</param>
    /// <param name="times">Of kernel events, ascending.</param>
    /// <param name="kinds">What each of them is.</param>
    /// <param name="ends">What begins and what ends an exit.</param>
    /// <param name="handler">Gets each exit.</param>
    /// <param name="stepKinds">What the steps of an exit are, in order; those of an emulated instruction if nothing is said.</param>
    public void Assemble(
        ReadOnlySpan<ulong> guest,
        ReadOnlySpan<ulong> vmm,
        ReadOnlySpan<ulong> steps,
        ReadOnlySpan<ulong> times,
        ReadOnlySpan<Stamp> kinds,
        (Stamp First, Stamp Last) ends,
        ExitHandler handler,
        ReadOnlySpan<Stamp> stepKinds = default
    )
    {
        if (stepKinds.IsEmpty) stepKinds = EmulationSteps;
        int at = 0, perExit = guest.Length == 0 ? 0 : vmm.Length / guest.Length;
        for (int i = 0; i < guest.Length; i += 2)
        {
            ulong before = guest[i], after = guest[i + 1];
            length = 0;
            Add(ends.First, before);
            // Events between two exits belong to neither: an interrupt took the guest out of its own loop. Those before the first are of
            // the way in.
            for (; at < times.Length && times[at] < before; at++) Between += i > 0 && ends.First == Stamp.GuestBefore ? 1 : 0;
            for (int k = 0; k < perExit; k++)
            {
                ulong returned = vmm[i * perExit + 2 * k], called = vmm[i * perExit + 2 * k + 1];
                if (before > returned || called > after) OutOfOrder++;
                at = AddEvents(times, kinds, at, returned);
                Add(Stamp.RunReturned, returned);
                if (steps.Length > 0) at = AddSteps(steps.Slice(i / 2 * stepKinds.Length, stepKinds.Length), stepKinds, times, kinds, at);
                at = AddEvents(times, kinds, at, called);
                Add(Stamp.RunCalled, called);
            }
            at = AddEvents(times, kinds, at, after);
            Add(ends.Last, after);
            handler(signature.AsSpan(0, length), stamps.AsSpan(0, length));
        }
    }

    // In the order of EmulationStep.
    private static readonly Stamp[] EmulationSteps =
    [
        Stamp.VmmLookup,
        Stamp.VmmFetch,
        Stamp.VmmDecode,
        Stamp.VmmVectorState,
        Stamp.VmmEmulate,
        Stamp.VmmDevice,
        Stamp.VmmEmulate,
        Stamp.VmmVectorState,
        Stamp.VmmWriteBack,
    ];

    // What guest and VMM stamped must not be crowded out: without its ends an exit has no length.
    private static readonly int OwnStamps = 4 + EmulationSteps.Length;

    /// <summary>The VMM's own steps, with what the kernel wrote about their system calls in between.</summary>
    private int AddSteps(
        ReadOnlySpan<ulong> steps,
        ReadOnlySpan<Stamp> stepKinds,
        ReadOnlySpan<ulong> times,
        ReadOnlySpan<Stamp> kinds,
        int at
    )
    {
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] == 0) continue;
            at = AddEvents(times, kinds, at, steps[i]);
            Add(stepKinds[i], steps[i]);
        }
        return at;
    }

    private int AddEvents(ReadOnlySpan<ulong> times, ReadOnlySpan<Stamp> kinds, int at, ulong until)
    {
        for (; at < times.Length && times[at] < until; at++)
        {
            if (length < ExitClass.MaxStamps - OwnStamps) Add(kinds[at], times[at]);
            else LeftOut++;
        }
        return at;
    }

    private void Add(Stamp kind, ulong time)
    {
        (signature[length], stamps[length]) = (kind, time);
        length++;
    }
}

using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>What an entry of a recording says. The two that nearly all entries are come first.</summary>
internal enum QueuedKind : byte
{
    /// <summary>An event of KVM or of its neighbours.</summary>
    Event,

    /// <summary>One that says nothing but when it was: of its parts only time, stamp and whether interrupts were off are set.</summary>
    Plain,

    /// <summary>Events were lost here; <see cref="QueuedEvent.Amount"/> says how many, 0 if nobody knows.</summary>
    Loss,

    /// <summary>The scheduler gave the CPU of <see cref="QueuedEvent.Thread"/> to the thread <see cref="QueuedEvent.Amount"/>.</summary>
    Switch,

    /// <summary>The same, and the thread that lost its CPU could have gone on.</summary>
    Preemption,

    /// <summary>A halted vCPU was woken: <see cref="QueuedEvent.Amount"/> nanoseconds were polled for it.</summary>
    Poll,

    /// <summary>A halted vCPU was woken: it slept for <see cref="QueuedEvent.Amount"/> nanoseconds.</summary>
    Wait,
}

/// <summary>An entry of a recording that is not in order of time yet. It is written where it stays, part by part.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct QueuedEvent
{
    internal QueuedKind Kind;
    internal int Thread;

    /// <summary>-1 where unknown.</summary>
    internal int Cpu;

    /// <summary>The number that the event names; -1 if it does not.</summary>
    internal int Vcpu;

    /// <summary>Its time is set for every kind.</summary>
    internal KernelEvent Event;

    internal readonly ulong Time => Event.Tsc;

    /// <summary>What an entry of another kind says. It stands where an event has its address, so that an entry has 64 bytes.</summary>
    internal readonly long Amount => (long)Event.Address;

    internal static KernelEvent At(ulong time, long amount) => new() { Tsc = time, Address = (ulong)amount };

    internal static QueuedEvent Lost(ulong time, int cpu, long count) =>
        new() { Kind = QueuedKind.Loss, Cpu = cpu, Vcpu = -1, Event = At(time, count) };
}

namespace ExitProf.Traces;

/// <summary>What an entry of a recording says.</summary>
internal enum QueuedKind : byte
{
    /// <summary>An event of KVM or of its neighbours.</summary>
    Event,

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

/// <summary>An entry of a recording that is not in order of time yet.</summary>
/// <param name="Cpu">-1 where unknown.</param>
/// <param name="Vcpu">The number that the event names; -1 if it does not.</param>
/// <param name="Event">Its time is set for every kind.</param>
internal readonly record struct QueuedEvent(QueuedKind Kind, int Thread, int Cpu, int Vcpu, long Amount, KernelEvent Event)
{
    internal ulong Time => Event.Tsc;

    internal static QueuedEvent Lost(ulong time, int cpu, long count) =>
        new(QueuedKind.Loss, 0, cpu, -1, count, new KernelEvent { Tsc = time });
}

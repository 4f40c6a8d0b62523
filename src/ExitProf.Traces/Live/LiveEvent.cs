namespace ExitProf.Traces;

/// <summary>What an entry of a buffer that is being read stands for.</summary>
internal enum LiveEventKind : byte
{
    /// <summary>An event of KVM or another border.</summary>
    Border,

    /// <summary>The buffer lost events before this place; <see cref="LiveEvent.Value"/> says how many, 0 if unknown.</summary>
    Loss,

    /// <summary>sched_switch: from the event's thread to <see cref="LiveEvent.Value"/>.</summary>
    Switch,

    /// <summary>kvm_vcpu_wakeup after <see cref="LiveEvent.Value"/> nanoseconds.</summary>
    Wakeup,
}

/// <summary>An event of one CPU that waits until those of all others are known up to its time.</summary>
/// <param name="Vcpu">The number that the event names; -1 if it does not.</param>
/// <param name="Flag">Of a switch: the thread could have gone on; of a wake-up: it was polled for.</param>
internal readonly record struct LiveEvent(LiveEventKind Kind, KernelEvent Event, int Vcpu = -1, long Value = 0, bool Flag = false)
{
    internal ulong Time => Event.Tsc;
}

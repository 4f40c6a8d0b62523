namespace ExitProf.Traces;

/// <summary>An event of a recording that is not in order of time yet.</summary>
/// <param name="Order">Of the file: events of one time keep it.</param>
/// <param name="Cpu">-1 where unknown.</param>
/// <param name="Vcpu">The number that the event names; -1 if it does not.</param>
/// <param name="Lost">Of a place where events were lost, how many: such an entry is no event. -1 of events.</param>
internal readonly record struct QueuedEvent(ulong Time, long Order, int Thread, int Cpu, int Vcpu, long Lost, KernelEvent Event);

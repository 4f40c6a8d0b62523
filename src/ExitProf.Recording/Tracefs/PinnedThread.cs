namespace ExitProf.Recording;

/// <summary>A thread whose kernel events are wanted.</summary>
/// <param name="Id">The kernel's id of the thread: what set_event_pid wants.</param>
/// <param name="Cpu">The CPU that it is pinned to; one that moves between CPUs is listed once for each.</param>
public readonly record struct PinnedThread(int Id, int Cpu);

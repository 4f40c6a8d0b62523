namespace ExitProf.Vmm;

/// <summary>One run of the native loop, for its parts.</summary>
internal readonly unsafe ref struct LoopRun(ExitLoopState* state, Guest guest, int exits, ExpectedExit expected, VmmWork work, ulong* steps)
{
    public ExitLoopState* State { get; } = state;

    public Guest Guest { get; } = guest;

    public KvmRun* RunPage => Guest.Vcpu.RunPage;

    /// <summary>How many are asked for.</summary>
    public int Exits { get; } = exits;

    public ExpectedExit Expected { get; } = expected;

    public VmmWork Work { get; } = work;

    /// <summary>Where the VMM's own steps are stamped; null if they are not.</summary>
    public ulong* Steps { get; } = steps;
}

namespace ExitProf.Traces;

/// <summary>One exit of a trace with everything that is known of it. Its spans are valid until the next one.</summary>
internal readonly ref struct ExitRow(long index, Configuration configuration, Block block, VcpuIdentity? thread, ExitClass exitClass,
    Walk? walk, ReadOnlySpan<ulong> stamps)
{
    /// <summary>From 0, in the order of the file.</summary>
    internal long Index { get; } = index;
    internal Configuration Configuration { get; } = configuration;
    internal Block Block { get; } = block;

    /// <summary>Null in recordings of our own VMM, whose vCPUs are numbered by their blocks.</summary>
    internal VcpuIdentity? Thread { get; } = thread;
    internal ExitClass Class { get; } = exitClass;

    /// <summary>Null where no row of the border table explains the stamps.</summary>
    internal Walk? Walk { get; } = walk;
    internal ReadOnlySpan<ulong> Stamps { get; } = stamps;

    internal bool IsTraced => Block.Events != EventGroups.None;

    /// <summary>Both ends are there, in this order: only then it has a duration.</summary>
    internal bool IsPaired => Class.Signature.AsSpan().HasBothEnds() && Stamps[^1] >= Stamps[0];
    internal ulong Duration => Stamps[^1] - Stamps[0];

    /// <summary>KVM's number where an event named it; -1 where none did.</summary>
    internal int Vcpu => Thread?.Vcpu ?? Block.Vcpu;

    /// <summary>-1 where it is not known.</summary>
    internal long Tid => Thread?.Tid ?? VcpuIdentity.Unknown;

    /// <summary>Hexadecimal; empty where the exit is about nothing in particular.</summary>
    internal string Subkey => Class.SubkeyText;

    /// <summary>Ticks of a row of the stage table.</summary>
    internal ulong Ticks(WalkStage stage)
    {
        ulong sum = 0;
        foreach (WalkStep step in stage.Steps) sum += Stamps[step.Index + 1] - Stamps[step.Index];
        return sum;
    }
}

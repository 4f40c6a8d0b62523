using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>What to record of machines that already run.</summary>
public sealed record AttachOptions(ImmutableArray<RunningVm> Machines)
{
    /// <summary>Null records until it is cancelled or the machines have ended.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Borders at both ends of KVM_RUN; they slow down every process of the host.</summary>
    public bool Syscalls { get; init; }

    /// <summary>Exits that are about nothing in particular are told apart by the guest's instruction.</summary>
    public bool ByRip { get; init; }

    /// <summary>How long KVM's own counters are watched before and after, for what recording costs; zero does without.</summary>
    public TimeSpan Unrecorded { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What a tick of the CPU's time stamp counter is.</summary>
    public ClockUnit Unit { get; init; }

    /// <summary>What only the outer machine knows of this host.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];
}

using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>A guest to boot, and what of its exits to keep.</summary>
/// <param name="Image">The file of a multiboot guest, which may be hostile.</param>
/// <param name="Name">The guest's name, which its command line begins with.</param>
/// <param name="Arguments">The rest of its command line.</param>
public sealed record BootOptions(ReadOnlyMemory<byte> Image, string Name, string Arguments)
{
    /// <summary>Exits of a reason that are recorded whole; of further ones, both ends are.</summary>
    public long Exits { get; init; }

    /// <summary>The most CPU time of the vCPU's thread.</summary>
    public TimeSpan Limit { get; init; }

    /// <summary>Borders at both ends of KVM_RUN; they slow down every process of the host.</summary>
    public bool Syscalls { get; init; }

    /// <summary>What a tick of the CPU's time stamp counter is.</summary>
    public ClockUnit Unit { get; init; }

    /// <summary>What only the outer machine knows of this host.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    public string CommandLine => Arguments.Length == 0 ? Name : $"{Name} {Arguments}";
}

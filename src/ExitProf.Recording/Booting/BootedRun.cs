using System.Collections.Immutable;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>What came of a guest that was booted.</summary>
/// <param name="Output">What it wrote on its serial line.</param>
/// <param name="Counters">What KVM counted of its vCPU, by KVM's own names; none where KVM does not say.</param>
public sealed record BootedRun(GuestEnd End, ImmutableArray<byte> Output, IReadOnlyDictionary<string, long> Counters)
{
    /// <summary>All exits; null where KVM does not say.</summary>
    public long? Exits => Counters.TryGetValue("exits", out long exits) ? exits : null;
}

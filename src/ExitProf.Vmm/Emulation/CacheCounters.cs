namespace ExitProf.Vmm;

/// <summary>What a cache has done.</summary>
/// <param name="Invalidations">Instructions that were dropped because the guest changed their bytes or their page tables.</param>
/// <param name="ProtectedWrites">Stores of the guest to protected pages that the VMM carried out.</param>
public readonly record struct CacheCounters(long Hits, long Misses, long Evictions, long Invalidations, long ProtectedWrites)
{
    public static CacheCounters operator +(CacheCounters a, CacheCounters b) =>
        new(
            a.Hits + b.Hits,
            a.Misses + b.Misses,
            a.Evictions + b.Evictions,
            a.Invalidations + b.Invalidations,
            a.ProtectedWrites + b.ProtectedWrites
        );

    public static CacheCounters operator -(CacheCounters a, CacheCounters b) =>
        new(
            a.Hits - b.Hits,
            a.Misses - b.Misses,
            a.Evictions - b.Evictions,
            a.Invalidations - b.Invalidations,
            a.ProtectedWrites - b.ProtectedWrites
        );
}

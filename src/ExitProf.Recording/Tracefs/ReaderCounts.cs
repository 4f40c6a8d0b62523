namespace ExitProf.Recording;

/// <summary>What went wrong while the kernel's events were read.</summary>
internal readonly record struct ReaderCounts(long Damaged, long Foreign, long Late)
{
    public static ReaderCounts Of(KernelTracing? tracing) =>
        tracing == null
            ? default
            : new(tracing.Readers.Sum(r => r.Damaged), tracing.Readers.Sum(r => r.Foreign), tracing.Readers.Sum(r => r.LateExits));

    /// <summary>Readers outlive a recording where several are made after each other.</summary>
    public ReaderCounts Since(ReaderCounts before) => new(Damaged - before.Damaged, Foreign - before.Foreign, Late - before.Late);
}

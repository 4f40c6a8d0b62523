namespace ExitProf.Analysis;

/// <summary>The totals of those exits of a set that belong to the table of one key.</summary>
internal sealed class ExitSetTotal
{
    private readonly Histogram ticks = new();
    private readonly Histogram kernelPart = new();
    private readonly int grain;

    public ExitSetTotal(ExitSet? exitSet, TallyKey main, int grain)
    {
        this.grain = grain;
        HasKernelPart = KernelPart.IsApart(main.Signature.AsSpan());
        foreach (Tally tally in exitSet?.Tallies.Where(t => t.Key.BelongsTo(main)) ?? [])
        {
            ticks.Merge(tally.Total);
            kernelPart.Merge(tally.KernelPart);
            foreach (RoundSums sums in tally.Rounds.Rows) Mean.Add(sums.Round, sums.Exits, sums.Cycles);
        }
        Exits = ticks.Count;
    }

    public long Exits { get; }

    public RoundMean Mean { get; } = new();

    public Histogram Ticks => ticks;

    public Quantiles Quantiles => Distribution.Quantiles(ticks, grain, Mean.Value);

    /// <summary>The total that most exits have, and how many have it; where no half of them has one, that of the middle one.</summary>
    public (double Total, long Exits) Common => ticks.Common() is var (value, exits) ? (value * grain, exits) : default;

    /// <summary>False if events of the kernel fall into the VMM's part, as where it makes system calls.</summary>
    public bool HasKernelPart { get; }

    /// <summary>The common count of what events make longer: of the kernel's part where there is one, or else of the whole.</summary>
    public double CommonWithEvents => HasKernelPart ? kernelPart.Common().Value * grain : Common.Total;

    public IEnumerable<CurvePoint> Curve => Distribution.Curve(ticks, grain);
}

namespace ExitProf.Analysis;

/// <summary>The totals of those exits of a set that belong to the table of one key.</summary>
internal sealed class ExitSetTotal
{
    private readonly Histogram ticks = new();
    private readonly int grain;

    public ExitSetTotal(ExitSet? exitSet, TallyKey main, int grain)
    {
        this.grain = grain;
        foreach (Tally tally in exitSet?.Tallies.Where(t => t.Key.BelongsTo(main)) ?? [])
        {
            ticks.Merge(tally.Total);
            foreach (RoundSums sums in tally.Rounds.Rows) Mean.Add(sums.Round, sums.Exits, sums.Cycles);
        }
        Exits = ticks.Count;
    }

    public long Exits { get; }

    public RoundMean Mean { get; } = new();

    public Histogram Ticks => ticks;

    public Quantiles Quantiles => Distribution.Quantiles(ticks, grain, Mean.Value);

    /// <summary>The total that most exits have, and how many have it.</summary>
    public (double Total, long Exits) MostFrequent => ticks.MostFrequent() is var (value, exits) ? (value * grain, exits) : default;

    public IEnumerable<CurvePoint> Curve => Distribution.Curve(ticks, grain);
}

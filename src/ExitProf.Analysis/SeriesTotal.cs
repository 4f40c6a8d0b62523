namespace ExitProf.Analysis;

/// <summary>The totals of those exits of a series that belong to the table of one key.</summary>
internal sealed class SeriesTotal
{
    private readonly Histogram ticks = new();
    private readonly int grain;

    public SeriesTotal(Series? series, TallyKey main, int grain)
    {
        this.grain = grain;
        foreach (Tally tally in series?.Tallies.Where(t => t.Key.BelongsTo(main)) ?? [])
        {
            ticks.Merge(tally.Total);
            foreach (var (round, sums) in tally.Rounds) Mean.Add(round, sums.Exits, sums.Cycles);
        }
        Exits = ticks.Count;
    }

    public long Exits { get; }

    public RoundMean Mean { get; } = new();

    public Quantiles Quantiles => Distribution.Quantiles(ticks, grain, Mean.Value);

    public IEnumerable<CurvePoint> Curve => Distribution.Curve(ticks, grain);
}

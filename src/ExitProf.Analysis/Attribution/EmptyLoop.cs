namespace ExitProf.Analysis;

/// <summary>
/// What the loop around the exits of an emulated guest takes: KVM's emulator spends thousands of cycles on each of its instructions. It was
/// run by itself, in blocks between those of the exits, and is taken off what the guest saw.
/// </summary>
internal sealed class EmptyLoop
{
    private EmptyLoop(RoundMean mean) => Mean = mean;

    /// <summary>In cycles a turn.</summary>
    public RoundMean Mean { get; }

    /// <returns>Null if the set is empty.</returns>
    public static EmptyLoop? Of(ExitSet turns, int grain)
    {
        var total = turns.Tallies.FirstOrDefault(t => t.Key.BothEnds) is { } any ? new ExitSetTotal(turns, any.Key, grain) : null;
        return total is { Exits: > 0 } ? new EmptyLoop(total.Mean) : null;
    }

    /// <summary>The mean turn is taken off every quantile: the turns' own spread stays in them.</summary>
    public Quantiles Off(Quantiles q) =>
        new(
            q.Exits,
            q.Mean - Mean.Value,
            q.P50 - Mean.Value,
            q.P90 - Mean.Value,
            q.P99 - Mean.Value,
            q.Min - Mean.Value,
            q.Max - Mean.Value
        );

    public IEnumerable<CurvePoint> Off(IEnumerable<CurvePoint> curve) => curve.Select(p => p with { Cycles = p.Cycles - Mean.Value });
}

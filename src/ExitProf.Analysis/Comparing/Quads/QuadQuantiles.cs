namespace ExitProf.Analysis;

/// <summary>
/// Quantiles of whole untraced exits on both sides. A block has too few exits for them, so neighbouring quads are put together until each side has
/// enough; such a group gives one value of each quantile to each side.
/// </summary>
internal sealed class QuadQuantiles
{
    /// <summary>The fewest exits of a side: two lie beyond its last percent.</summary>
    private const int LeastExits = 200;

    private readonly List<double>[] open = [[], []];
    private readonly List<double>[] pooled = [[], []];
    private readonly List<double[]>[] groups = [[], []];

    /// <summary>By group, in the order of time: a value for each of <see cref="QuantileComparison.Shares"/>.</summary>
    public IReadOnlyList<double[]> Base => groups[0];

    /// <inheritdoc cref="Base"/>
    public IReadOnlyList<double[]> New => groups[1];

    /// <summary>Exits of the new side that are in the groups.</summary>
    public long Exits { get; private set; }

    /// <summary>Where the exits of a side go until their quad ends.</summary>
    public List<double> Open(bool changed) => open[changed ? 1 : 0];

    /// <param name="whole">False if the quad counts for nothing: then its exits do neither.</param>
    public void EndQuad(bool whole)
    {
        for (int side = 0; side < open.Length; side++)
        {
            if (whole) pooled[side].AddRange(open[side]);
            open[side].Clear();
        }
        if (pooled.Any(p => p.Count < LeastExits)) return;
        Exits += pooled[1].Count;
        for (int side = 0; side < pooled.Length; side++)
        {
            groups[side].Add(Of(pooled[side]));
            pooled[side].Clear();
        }
    }

    /// <summary>Between the sorted values in a straight line (Hyndman and Fan's definition 7).</summary>
    private static double[] Of(List<double> values)
    {
        values.Sort();
        return [.. QuantileComparison.Shares.Select(share =>
        {
            double at = share * (values.Count - 1);
            int low = (int)at;
            return low + 1 < values.Count ? values[low] + (at - low) * (values[low + 1] - values[low]) : values[low];
        })];
    }
}

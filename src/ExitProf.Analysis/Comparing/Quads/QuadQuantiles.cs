using System.Runtime.InteropServices;

namespace ExitProf.Analysis;

/// <summary>
/// Quantiles of whole untraced exits on both sides. A block has too few exits for them, so neighbouring quads are put together until each
/// side has enough; such a group gives one value of each quantile to each side.
/// </summary>
internal sealed class QuadQuantiles
{
    /// <summary>The fewest exits of a side: two lie beyond its last percent.</summary>
    private const int LeastExits = 200;

    /// <summary>The same for its last thousandth.</summary>
    private const int LeastExitsOfFarTail = 2_000;

    private const double Tail = 0.99, FarTail = 0.999;

    private readonly List<ulong>[] open = [[], []];
    private readonly List<ulong>[] pooled = [[], []];
    private readonly List<ulong>[] pooledForFarTail = [[], []];
    private readonly List<double[]>[] groups = [[], []];
    private ulong[] scratch = [];
    private readonly List<double>[] farTails = [[], []];

    /// <summary>By group, in the order of time: a value for each of <see cref="QuantileComparison.Shares"/>.</summary>
    public IReadOnlyList<double[]> Base => groups[0];

    /// <inheritdoc cref="Base"/>
    public IReadOnlyList<double[]> New => groups[1];

    /// <summary>Exits of the new side that are in the groups.</summary>
    public long Exits { get; private set; }

    /// <summary>
    /// The contrasts of the far quantiles, group by group; those that have too few groups for an interval are left out beside others.
    /// </summary>
    /// <param name="loop">Cycles of an emulated guest's own loop, taken off.</param>
    public IReadOnlyList<(double Share, double Base, ISideContrast Contrast)> Tails(double loop)
    {
        int tail = Array.IndexOf(QuantileComparison.Shares, Tail);
        var near = Contrast(Tail, [.. Base.Select(g => g[tail] - loop)], [.. New.Select(g => g[tail] - loop)]);
        var far = Contrast(FarTail, [.. farTails[0].Select(t => t - loop)], [.. farTails[1].Select(t => t - loop)]);
        return far is { } both && near is { } one && both.Contrast.At(Gate.EquivalenceConfidence).Exists ? [one, both]
            : near is { } only ? [only]
            : [];
    }

    private static (double Share, double Base, ISideContrast Contrast)? Contrast(double share, double[] first, double[] second)
    {
        if (first.Length == 0 || !first.Concat(second).All(v => v > 0)) return null;
        return (share, Median.Of(first), new PairedContrast([.. first.Zip(second, (a, b) => Math.Log(b) - Math.Log(a))]));
    }

    /// <summary>Where the exits of a side go until their quad ends.</summary>
    public List<ulong> Open(bool changed) => open[changed ? 1 : 0];

    /// <param name="whole">False if the quad counts for nothing: then its exits do neither.</param>
    public void EndQuad(bool whole)
    {
        for (int side = 0; side < open.Length; side++)
        {
            ReadOnlySpan<ulong> added = CollectionsMarshal.AsSpan(open[side]);
            if (whole) pooled[side].AddRange(added);
            if (whole) pooledForFarTail[side].AddRange(added);
            open[side].Clear();
        }
        if (Least(pooledForFarTail) >= LeastExitsOfFarTail)
        {
            for (int side = 0; side < farTails.Length; side++)
            {
                farTails[side].Add(Of(pooledForFarTail[side], [FarTail])[0]);
                pooledForFarTail[side].Clear();
            }
        }
        if (Least(pooled) < LeastExits) return;
        Exits += pooled[1].Count;
        for (int side = 0; side < pooled.Length; side++)
        {
            groups[side].Add(Of(pooled[side], QuantileComparison.Shares));
            pooled[side].Clear();
        }
    }

    private static int Least(List<ulong>[] sides) => Math.Min(sides[0].Count, sides[1].Count);

    /// <summary>Between the sorted values in a straight line (Hyndman and Fan's definition 7).</summary>
    private double[] Of(List<ulong> values, ReadOnlySpan<double> shares)
    {
        if (scratch.Length < values.Count) scratch = new ulong[2 * values.Count];
        Span<int> ranks = stackalloc int[2 * shares.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            ranks[2 * i] = (int)(shares[i] * (values.Count - 1));
            ranks[2 * i + 1] = Math.Min(ranks[2 * i] + 1, values.Count - 1);
        }
        Span<ulong> placed = CollectionsMarshal.AsSpan(values);
        OrderStatistics.Place(placed, ranks, scratch);
        var quantiles = new double[shares.Length];
        for (int i = 0; i < quantiles.Length; i++)
        {
            int low = ranks[2 * i];
            double at = shares[i] * (values.Count - 1);
            quantiles[i] = low + 1 < values.Count
                ? placed[low] + (at - low) * ((double)placed[low + 1] - placed[low])
                : placed[low];
        }
        return quantiles;
    }
}

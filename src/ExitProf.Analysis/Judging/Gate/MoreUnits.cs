namespace ExitProf.Analysis;

/// <summary>How many more runs of each side, or quads, would decide.</summary>
/// <param name="Base">Of the base; of quads and pairs, which hold both sides, the same as <paramref name="New"/>.</param>
public readonly record struct MoreUnits(int Base, int New)
{
    /// <summary>
    /// The largest standard deviation of runs at which this number would decide, in the unit of the values; NaN if it is known
    /// how much they differ.
    /// </summary>
    public double LargestSpread { get; init; } = double.NaN;

    public int Most => Math.Max(Base, New);

    /// <summary>The larger of both for each side.</summary>
    public MoreUnits And(MoreUnits other) =>
        new(Math.Max(Base, other.Base), Math.Max(New, other.New))
        {
            LargestSpread =
                double.IsNaN(LargestSpread) ? other.LargestSpread
                : double.IsNaN(other.LargestSpread) ? LargestSpread
                : Math.Min(LargestSpread, other.LargestSpread),
        };

    /// <summary>So many in all, or one more: the shorter side grows until both are as long, then both.</summary>
    public static MoreUnits Shared(int first, int second, int total)
    {
        int shorter = Math.Min(total, Math.Abs(first - second)), both = (total - shorter + 1) / 2;
        return first < second ? new MoreUnits(shorter + both, both) : new MoreUnits(both, shorter + both);
    }
}

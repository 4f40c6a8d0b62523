namespace ExitProf.Analysis;

/// <summary>A row of a <see cref="RoundTable"/>.</summary>
internal readonly struct RoundSums(RoundTable table, int place)
{
    public int Round => table.Round(place);

    public long Exits => table.Exits(place);

    /// <summary>The sum of whole exits.</summary>
    public double Cycles => table.Cycles(place);

    /// <summary>The sum of one step.</summary>
    public double Step(int step) => table.Step(place, step);
}

namespace ExitProf.Analysis;

/// <summary>How a contrast becomes a shift in the unit of the values.</summary>
/// <param name="Logarithms">True if the contrast is of logarithms.</param>
/// <param name="Centre">Of the base.</param>
/// <param name="Margin">In the unit of the values.</param>
/// <param name="Narrowest">No interval is narrower, in the unit of the values.</param>
internal readonly record struct ShiftScale(bool Logarithms, double Centre, double Margin, double Narrowest)
{
    /// <summary>The share of a total below which a stage's shift counts as none.</summary>
    private const double LeastShareOfTotal = 0.001;

    public static double StageMargin(Gate gate, double centre, double grain, double total) =>
        Math.Max(gate.Margin.AmountOf(centre), Math.Max(grain, LeastShareOfTotal * total));

    /// <summary>The margin on the scale of the contrast.</summary>
    public double ContrastMargin => Logarithms ? Math.Log(1 + Margin / Centre) : Margin;

    public Interval Absolute(Interval contrast)
    {
        (bool logarithms, double centre) = (Logarithms, Centre);
        return contrast.Map(c => logarithms ? centre * (Math.Exp(c) - 1) : c).AtLeast(Narrowest);
    }

    /// <summary>NaN where the base is not above 0: then a percentage has no meaning.</summary>
    public Interval Percent(Interval absolute)
    {
        double centre = Centre;
        return absolute.Map(a => centre > 0 ? a / centre * 100 : double.NaN);
    }
}

namespace ExitProf.Analysis;

/// <summary>Whether the worst of one side are worse than those of the other, and what that comes to.</summary>
/// <param name="Method"><see cref="ByCount"/>, <see cref="ByPairs"/> or <see cref="ByQuantile"/>.</param>
/// <param name="Verdict">Same: a tail of a fifth of the runs would have been found, and none was. Cannot tell: it would not.</param>
/// <param name="Alpha">How often a tail may be seen where there is none.</param>
public sealed record JudgedTail(string Method, Verdict Verdict, double Alpha)
{
    /// <summary>Runs beyond a quantile of both sides together, by Fisher's exact test.</summary>
    public const string ByCount = "fisher-exact";

    /// <summary>Pairs of which only one run lies beyond such a quantile, by the sign test.</summary>
    public const string ByPairs = "sign-test";

    /// <summary>A far quantile of each run, file or group of quads, compared as centres are.</summary>
    public const string ByQuantile = "quantile";

    /// <summary>From this value on a run counts; NaN of a quantile, and where there are too few runs for any tail.</summary>
    public double Threshold { get; init; } = double.NaN;

    /// <summary>True if runs of the side whose tail is looked at count only if they are there less the margin.</summary>
    public bool LessMargin { get; init; }

    /// <summary>True if the tail that is looked at is that of the base.</summary>
    public bool OfBase { get; init; }

    /// <summary>Runs of the base beyond it.</summary>
    public int BaseBeyond { get; init; }

    /// <summary>Runs of the new side beyond it.</summary>
    public int NewBeyond { get; init; }

    /// <summary>Two-sided chance to see such counts where there is no tail; NaN of a quantile.</summary>
    public double Chance { get; init; } = double.NaN;

    /// <summary>0.99 for the last hundredth of the exits; NaN of counts.</summary>
    public double Quantile { get; init; } = double.NaN;

    /// <summary>The quantile on the base; NaN of counts.</summary>
    public double Base { get; init; } = double.NaN;

    /// <summary>The quantile on the new side.</summary>
    public double New => Base * (1 + Percent.Value / 100);

    /// <summary>By how much the quantile of the new side lies above that of the base, at 1 − alpha; NaN of counts.</summary>
    public Interval Percent { get; init; } = new(double.NaN, double.NaN, double.NaN);

    /// <summary>How many more runs would find a tail of a fifth of them; null if there are enough, or if nobody can tell.</summary>
    public MoreUnits? More { get; init; }

    /// <summary>True if nothing is concluded because the runs drift, or may resemble their neighbours.</summary>
    public bool Serial { get; init; }

    /// <summary>True if a tail is seen that may be something else: the runs drift, or resemble their neighbours.</summary>
    public bool Doubtful { get; init; }
}

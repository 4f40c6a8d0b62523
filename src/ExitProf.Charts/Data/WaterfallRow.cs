using ExitProf.Analysis;

namespace ExitProf.Charts;

/// <summary>A row of a waterfall.</summary>
/// <param name="Fill">A group (several joined by "+"), "residual", "total" or "traced".</param>
/// <param name="Start">Where the bar begins; it goes to the left if <paramref name="Length"/> is negative. NaN length: no bar.</param>
/// <param name="Probe">What the probes added, drawn behind the bar; not part of the sum.</param>
/// <param name="Interval">The ends of a whisker; NaN for none.</param>
public sealed record WaterfallRow(
    string Label,
    string Fill,
    double Start,
    double Length,
    double Probe,
    string Value,
    string Share,
    Estimate Interval,
    string Tooltip
)
{
    public bool HasBar => double.IsFinite(Length);

    public bool HasWhisker => double.IsFinite(Interval.Low) && double.IsFinite(Interval.High);

    public bool IsStage => Fill is not ("residual" or "total" or "traced");

    public double End => Start + (HasBar ? Length : 0);

    /// <summary>The right end of everything that the row draws.</summary>
    public double Right => Math.Max(Math.Max(Start, End) + (Probe > 0 ? Probe : 0), double.IsFinite(Interval.High) ? Interval.High : 0);
}

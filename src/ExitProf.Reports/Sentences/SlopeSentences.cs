using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What a report says of lines through sweeps.</summary>
internal static class SlopeSentences
{
    /// <summary>"devices with placement=same-port: 56.2 ± 0.4 cycles for each one more (within 0.6 % of a straight line)."</summary>
    public static string Sentence(Slope slope, string unit)
    {
        string with = slope.Others.Length > 0 ? $" with {VisibleText.Of(slope.Others)}" : "";
        string each = slope.PerDoubling ? "doubling" : "one more", straight = $"within {100 * slope.Bend:0.0} % of a straight line";
        if (!IsProven(slope.Cycles))
            return $"{VisibleText.Of(slope.Setting)}{with}: no slope beyond noise, {AtMost(slope.Cycles)} {unit} for each {each}.";
        return $"{VisibleText.Of(slope.Setting)}{with}: {Fine(slope.Cycles)} {unit} for each {each} ({straight}).";
    }

    /// <summary>False if the interval holds 0: then nobody knows that there is a slope.</summary>
    public static bool IsProven(Estimate slope) => slope is not { Low: <= 0, High: >= 0 };

    /// <summary>"at most 1.2": the end of the interval that is the farthest from 0.</summary>
    public static string AtMost(Estimate slope)
    {
        double most = Math.Max(Math.Abs(slope.Low), Math.Abs(slope.High));
        return $"at most {most.ToString(most >= 10 ? "N0" : most >= 1 ? "N1" : "0.###")}";
    }

    /// <summary>With as many digits as its interval is worth: "56.2 ± 0.4".</summary>
    public static string Fine(Estimate estimate)
    {
        double half = Figures.HalfWidth(estimate);
        if (!double.IsFinite(estimate.Mean)) return Figures.Absent;
        double scale = double.IsFinite(half) && half > 0 ? half : Math.Abs(estimate.Mean) / 100;
        // Counts are whole numbers, and a slope through them need not be.
        if (!double.IsFinite(half) && estimate.Mean == Math.Round(estimate.Mean)) return Figures.Cycles(estimate.Mean);
        string format = scale >= 10 ? "N0" : scale >= 0.5 ? "N1" : scale >= 0.05 ? "N2" : "N3";
        string value = Number(estimate.Mean);
        return !double.IsFinite(half) ? value
            : Figures.Even(estimate) ? $"{value} ± {half.ToString(format)}"
            : $"{value} ({Number(estimate.Low)} to {Number(estimate.High)})";

        string Number(double cycles) => cycles.ToString(format).Replace('-', '\u2212');
    }
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// How figures are written for people: cycles whole (the clock's grain is coarser), a figure that does not exist as "n/a".
/// </summary>
public static class Figures
{
    public const string Absent = "n/a";

    /// <summary>U+2212, as wide as the plus sign.</summary>
    private const string Minus = "\u2212";

    /// <summary>"1 reason", "12 reasons".</summary>
    public static string Count(long number, string one) => $"{number:N0} {one}{(number == 1 ? "" : "s")}";

    public static string Cycles(double cycles)
    {
        if (!double.IsFinite(cycles)) return Absent;
        // Only a damaged or hostile trace has more than days of cycles in an exit; its figures must still fit into a column.
        string digits = Math.Abs(cycles).ToString(Math.Abs(cycles) < 1e15 ? "N0" : "0.00e0");
        return cycles < 0 && digits != "0" ? Minus + digits : digits;
    }

    /// <summary>With its sign: "+1,301", "−982", "0".</summary>
    public static string Difference(double cycles)
    {
        string text = Cycles(cycles);
        return cycles > 0 && text is not ("0" or Absent) ? "+" + text : text;
    }

    /// <summary>"+1,301 ± 96", or "−2,020 (−5,279 to +786)" where the interval lies unevenly about the value.</summary>
    public static string Shift(Estimate difference) =>
        !double.IsFinite(HalfWidth(difference)) ? Difference(difference.Mean)
        : Even(difference) ? $"{Difference(difference.Mean)} ± {Cycles(HalfWidth(difference))}"
        : $"{Difference(difference.Mean)} ({Difference(difference.Low)} to {Difference(difference.High)})";

    /// <summary>Whether ± half the interval says where it lies: intervals by ranks need not lie evenly.</summary>
    public static bool Even(Estimate estimate) =>
        Math.Abs(estimate.High + estimate.Low - 2 * estimate.Mean) <= 0.2 * (estimate.High - estimate.Low) + 1;

    /// <summary>"23,404 ± 96": the mean and half of its interval; the mean alone where there is no interval.</summary>
    public static string Interval(Estimate estimate)
    {
        double half = HalfWidth(estimate);
        return double.IsFinite(estimate.Mean) && double.IsFinite(half)
            ? $"{Cycles(estimate.Mean)} ± {Cycles(half)}"
            : Cycles(estimate.Mean);
    }

    public static double HalfWidth(Estimate estimate) => (estimate.High - estimate.Low) / 2;

    public static string Share(double share)
    {
        if (!double.IsFinite(share)) return Absent;
        string digits = (Math.Abs(share) * 100).ToString("F1");
        return (share < 0 && digits != "0.0" ? Minus : "") + digits + " %";
    }

    /// <summary>"25.7 µs"; empty if the clock's frequency is unknown.</summary>
    public static string Duration(double cycles, long hertz)
    {
        if (hertz <= 0 || !double.IsFinite(cycles)) return "";
        double seconds = cycles / hertz;
        (double value, string unit) = Math.Abs(seconds) switch
        {
            < 1e-6 => (seconds * 1e9, "ns"),
            < 1e-3 => (seconds * 1e6, "µs"),
            < 1 => (seconds * 1e3, "ms"),
            _ => (seconds, "s"),
        };
        return value.ToString(Math.Abs(value) < 100 ? "0.#" : "0") + " " + unit;
    }

    /// <summary>"66,712 cycles (25.7 µs)"; "12 µs".</summary>
    public static string CyclesAndTime(double cycles, TraceHeader header)
    {
        string time = header.Clock.Unit == ClockUnit.Cycles ? Duration(cycles, header.Clock.Hertz) : "";
        return $"{Cycles(cycles)} {header.Clock.Symbol}" + (time.Length > 0 ? $" ({time})" : "");
    }

    /// <summary>"≤" before a figure that is an upper bound.</summary>
    public static string Bounded(Bound bound, string figure) => bound == Bound.Upper && figure != Absent ? "≤" + figure : figure;
}

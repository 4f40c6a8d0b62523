namespace ExitProf.Charts;

/// <summary>How the numbers of an axis are written.</summary>
internal static class AxisText
{
    /// <summary>U+2212, as wide as the plus sign.</summary>
    private const char Minus = '\u2212';

    /// <summary>"20,000", "0.5", "−300"; days of cycles, which only a damaged trace has, in powers of ten.</summary>
    public static string Of(double value) => Sign(value, Math.Abs(value).ToString(Math.Abs(value) < 1e12 ? "#,0.######" : "0.##e0"));

    /// <summary>The same with a plus sign.</summary>
    public static string Signed(double value) => Of(value) is var text && value > 0 && text != "0" ? "+" + text : text;

    /// <summary>With the given number of digits after the point.</summary>
    public static string Fixed(double value, int decimals) =>
        Sign(value, Math.Abs(value).ToString(Math.Abs(value) < 1e12 ? "N" + decimals : "0.##e0"));

    public static string Percent(double percent) => Signed(Math.Round(percent, 6)) + " %";

    private static string Sign(double value, string digits) =>
        value < 0 && digits.AsSpan().ContainsAnyInRange('1', '9') ? Minus + digits : digits;
}

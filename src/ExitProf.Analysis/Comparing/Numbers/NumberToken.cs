using System.Globalization;

namespace ExitProf.Analysis;

/// <summary>One number as people and tools write it: with a point, without a thousands separator.</summary>
internal static class NumberToken
{
    /// <summary>Beyond these the sum or the quotient of two is no number any more; nobody measures anything there.</summary>
    private const double Largest = 1e100, Smallest = 1e-100;

    /// <summary>Digits behind the point of the smallest number that is read.</summary>
    private const int MostDecimals = 120;

    /// <summary>More digits than these come from a conversion, not from a clock.</summary>
    private const int MeasuredDigits = 9;

    /// <summary>Digits of a long number that are shown and count as its grain.</summary>
    private const int KeptDigits = 6;

    /// <param name="decimals">Digits behind the point: the number is no finer than that.</param>
    /// <returns>False if it is no number at all; one that cannot be used is one still.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out double value, out int decimals)
    {
        decimals = 0;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return false;
        if (double.IsFinite(value)) decimals = DecimalsOf(text);
        return true;
    }

    /// <summary>Why a number cannot be compared; null if it can.</summary>
    public static string? Unfit(double value) =>
        !double.IsFinite(value) ? "only finite numbers can be compared"
        : Math.Abs(value) > Largest || value != 0 && Math.Abs(value) < Smallest
            ? $"numbers of a size from {Smallest:0e0} to {Largest:0e0} can be compared, in whatever unit"
        : null;

    /// <summary>"1.25e-3" has five.</summary>
    private static int DecimalsOf(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        int exponentAt = text.IndexOfAny('e', 'E');
        ReadOnlySpan<char> mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int exponent =
            exponentAt < 0 ? 0
            : int.TryParse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int e) ? e
            : 0;
        int point = mantissa.IndexOf('.');
        return Math.Clamp((point < 0 ? 0 : mantissa.Length - point - 1) - exponent, 0, MostDecimals);
    }

    /// <summary>Decimals of values that a tool printed with all the digits that a double has: most of those are no measurement.</summary>
    public static int Measured(IReadOnlyCollection<double> values, int decimals)
    {
        double smallest = values.Select(Math.Abs).Where(v => v > 0).DefaultIfEmpty(1).Min();
        int before = (int)Math.Floor(Math.Log10(smallest)) + 1;
        return decimals + before <= MeasuredDigits ? decimals : Math.Min(decimals, Math.Max(0, KeptDigits - before));
    }
}

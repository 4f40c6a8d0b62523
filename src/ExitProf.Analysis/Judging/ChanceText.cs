using System.Globalization;

namespace ExitProf.Analysis;

/// <summary>The probability of a test in words: "0.697", "0.0031", "2.4e-7", "1e-12 or less".</summary>
public static class ChanceText
{
    /// <summary>Approximations say nothing of smaller ones, and give 0 in the end.</summary>
    private const double Least = 1e-12;

    public static string Of(double chance) =>
        chance <= Least
            ? "1e-12 or less"
            : chance.ToString(
                chance < 0.0001 ? "0.0e0"
                    : chance < 0.01 ? "0.0000"
                    : "0.000",
                CultureInfo.InvariantCulture
            );
}

namespace ExitProf.Analysis;

/// <summary>
/// How many of some drawn values are of one side, if chance alone deals them out: the distribution behind Fisher's exact test.
/// </summary>
/// <param name="All">Values of both sides.</param>
/// <param name="Own">Values of the one side.</param>
/// <param name="Drawn">How many are drawn.</param>
internal readonly record struct Hypergeometric(int All, int Own, int Drawn)
{
    /// <summary>Below this share of it a sum does not change any more.</summary>
    private const double Negligible = 1e-17;

    private static readonly double[] LogFactorials = Table(1_024);

    /// <summary>P(X ≥ count).</summary>
    public double AtLeast(int count)
    {
        if (count <= Math.Max(0, Drawn - (All - Own))) return 1;
        int most = Math.Min(Own, Drawn);
        if (count > most) return 0;
        // From the side on which the terms fall: below the mean the first of thousands of values is too small for a number, and the others
        // that are not would never be reached.
        return count > (double)Own * Drawn / All ? Math.Min(1, From(count, most)) : Math.Max(0, 1 - Below(count));
    }

    private double From(int count, int most)
    {
        double term = At(count), sum = 0;
        for (int x = count; x <= most && term > sum * Negligible; x++)
        {
            sum += term;
            term *= (Own - x) / (x + 1.0) * (Drawn - x) / (All - Own - Drawn + x + 1.0);
        }
        return sum;
    }

    /// <summary>P(X &lt; count).</summary>
    private double Below(int count)
    {
        double term = At(count - 1), sum = 0;
        for (int x = count - 1; x >= 0 && term > sum * Negligible; x--)
        {
            sum += term;
            term *= x / (double)(Own - x + 1) * (All - Own - Drawn + x) / (Drawn - x + 1);
        }
        return sum;
    }

    private double At(int count) => Math.Exp(LogChoose(Own, count) + LogChoose(All - Own, Drawn - count) - LogChoose(All, Drawn));

    /// <summary>The logarithm of the number of ways to choose k of n.</summary>
    public static double LogChoose(int from, int count) => LogFactorial(from) - LogFactorial(count) - LogFactorial(from - count);

    private static double LogFactorial(int n)
    {
        if (n < LogFactorials.Length) return LogFactorials[n];
        // Stirling's series; at 1,024 the next term is below 1e-19.
        double x = n + 1.0;
        return (x - 0.5) * Math.Log(x)
            - x
            + 0.5 * Math.Log(2 * Math.PI)
            + 1 / (12 * x)
            - 1 / (360 * x * x * x)
            + 1 / (1260 * Math.Pow(x, 5));
    }

    private static double[] Table(int length)
    {
        var table = new double[length];
        for (int i = 2; i < length; i++) table[i] = table[i - 1] + Math.Log(i);
        return table;
    }
}

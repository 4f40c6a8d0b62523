namespace ExitProf.Analysis;

/// <summary>The distribution of the sign test.</summary>
internal static class FairCoins
{
    /// <summary>P(X ≥ heads) among this number of coins.</summary>
    public static double AtLeast(int coins, int heads)
    {
        double sum = 0;
        for (int x = Math.Max(0, heads); x <= coins; x++) sum += Math.Exp(Hypergeometric.LogChoose(coins, x) - coins * Math.Log(2));
        return Math.Min(1, sum);
    }
}

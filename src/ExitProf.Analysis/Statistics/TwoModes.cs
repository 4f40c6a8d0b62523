namespace ExitProf.Analysis;

/// <summary>Runs that come in two modes, of which each side has only one by chance: they look like a shift, however few they are.</summary>
internal static class TwoModes
{
    /// <summary>
    /// How often a and b runs of sides that are alike lie wholly apart, each side in a mode of its own, at the worst mixture of two modes:
    /// max p^a (1 − p)^b + p^b (1 − p)^a. 12.5 % at two a side, 3.1 % at three, 0.8 % at four and at seven against two.
    /// </summary>
    public static double Apart(int a, int b) =>
        Enumerable.Range(1, 50).Select(i => i / 100.0).Max(p => Math.Pow(p, a) * Math.Pow(1 - p, b) + Math.Pow(p, b) * Math.Pow(1 - p, a));
}

namespace ExitProf.Analysis;

/// <summary>One comparison of a verdict, as far as a forecast needs it.</summary>
/// <param name="Name">Of the metric or the configuration.</param>
/// <param name="Base">NaN if it is not known.</param>
/// <param name="Shift">New minus base.</param>
/// <param name="Confidence">Of the shift's interval; NaN if it is exact.</param>
public sealed record ComparedCost(string Name, string Unit, bool HigherIsBetter, double Base, Interval Shift, double Confidence);

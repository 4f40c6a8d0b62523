namespace ExitProf.Analysis;

/// <summary>A point of a distribution: this share of exits took at most that many cycles.</summary>
public readonly record struct CurvePoint(double Cycles, double Share);

namespace ExitProf.Analysis;

/// <summary>A count of turns, known to lie between two bounds.</summary>
public readonly record struct Turns(double Least, double Most)
{
    public bool CanEqual(Turns other) => Least <= other.Most && other.Least <= Most;

    public override string ToString() =>
        Math.Round(Least) == Math.Round(Most) ? $"{Math.Round(Least):N0}" : $"{Math.Ceiling(Least):N0} to {Math.Floor(Most):N0}";
}

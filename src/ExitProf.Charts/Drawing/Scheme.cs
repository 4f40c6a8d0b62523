namespace ExitProf.Charts;

/// <summary>Light or dark paper.</summary>
public enum Scheme
{
    Light,
    Dark,
}

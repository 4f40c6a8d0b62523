namespace ExitProf.Traces;

/// <summary>What follows from a finding beyond its severity.</summary>
public enum FindingEffect
{
    None,

    /// <summary>The file is damaged: what is left of a recording is no run of a baseline.</summary>
    Damage,

    /// <summary>No verdict is given on such data.</summary>
    ForbidsVerdict,

    /// <summary>It concerns means only, and says nothing against medians of neighbouring blocks.</summary>
    OfMeans,

    /// <summary>
    /// A comparison of interleaved blocks repeats it, though it is info: the blocks stay in because a median does not feel it.
    /// </summary>
    Carried,
}

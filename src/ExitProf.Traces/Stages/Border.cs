namespace ExitProf.Traces;

/// <summary>Whether a step contains what its stage is named after and nothing else, or at most that.</summary>
public enum Bound : byte
{
    Exact = 0,
    Upper = 1,
}

/// <summary>A stamp that begins a step. The step lasts to the next stamp of the walk.</summary>
/// <param name="Opens">The stage that the step belongs to.</param>
/// <param name="Step">What the time after the stamp contains.</param>
/// <param name="With">The border is one only beside these probes.</param>
/// <param name="Without">The border is one only without these probes: where they are, another one says more.</param>
public readonly record struct Border(
    Stamp Stamp,
    Stage Opens,
    string Step,
    Bound Bound = Bound.Exact,
    ProbePairs With = ProbePairs.None,
    ProbePairs Without = ProbePairs.None
)
{
    /// <summary>True if nothing before it can belong to its stage, even where an earlier border of the stage is missing.</summary>
    public bool Sharp { get; init; }

    /// <summary>The border is one only after this stamp; null if anywhere.</summary>
    public Stamp? After { get; init; }
}

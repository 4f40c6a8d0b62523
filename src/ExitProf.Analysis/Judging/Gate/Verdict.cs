namespace ExitProf.Analysis;

/// <summary>What a comparison comes to, from the best to the worst.</summary>
public enum Verdict
{
    Better,

    /// <summary>Shown to be within the margin; that no difference was found is not enough for it.</summary>
    Same,

    /// <summary>Neither is shown.</summary>
    CannotTell,
    Worse,
}

public static class VerdictNames
{
    /// <summary>For machines.</summary>
    public static string Name(this Verdict verdict) => verdict == Verdict.CannotTell ? "cannot-tell" : verdict.Words();

    /// <summary>For people.</summary>
    public static string Words(this Verdict verdict) => verdict switch
    {
        Verdict.Better => "better",
        Verdict.Same => "same",
        Verdict.Worse => "worse",
        _ => "cannot tell",
    };
}

namespace ExitProf.Traces;

/// <summary>Doubt that travels with the data: never an exception, never only a log line.</summary>
/// <param name="Id">The id of its <see cref="FindingKind"/>.</param>
/// <param name="Count">How many times it happened.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record Finding(Severity Severity, string Id, long Count, string Text)
{
    /// <summary>What it is about: a configuration, a vCPU, a file; empty if it is the whole.</summary>
    public string Subject { get; init; } = "";

    public bool Is(FindingKind kind) => Id == kind.Id;

    /// <summary>What follows from it; nothing if this version does not know its kind.</summary>
    public FindingEffect Effect => FindingKind.Find(Id)?.Effect ?? FindingEffect.None;
}

namespace ExitProf;

/// <summary>The version of any file of ours: it is looked at before the rest, which another version may have under other names.</summary>
internal sealed record JsonSchema(int Schema);

namespace ExitProf;

/// <summary>
/// <c>doctor --format json</c>, from this host or from the inside of an emulated one. The names are a contract: add, never rename.
/// </summary>
internal sealed record JsonCheckList(int Schema, IReadOnlyList<JsonCheck> Checks);

/// <param name="State">"ok", "limited" or "missing".</param>
internal sealed record JsonCheck(string Name, string State, string Found, string Remedy);

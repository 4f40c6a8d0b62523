namespace ExitProf.Reports;

/// <summary>What a reader must know of the figures.</summary>
public sealed record JsonFinding(string Severity, string Id, string Subject, long Count, string Text);

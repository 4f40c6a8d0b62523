namespace ExitProf;

/// <summary><c>rows.json</c>, next to the traces of a suite.</summary>
internal sealed record JsonRecordedSuite(int Schema, bool Quick, bool Interrupted, double Seconds, IReadOnlyList<JsonRecordedRow> Rows);

/// <param name="Run">Which of the scenario's recordings.</param>
/// <param name="File">Name of the trace; null if there is none.</param>
/// <param name="Reason">Why there is none.</param>
internal sealed record JsonRecordedRow(string Scenario, int Run, string? File, string Reason, double Seconds);

namespace ExitProf.Reports;

/// <summary>What <c>exitprof suite --kernel A,B,C</c> writes for machines.</summary>
/// <param name="Unit">Of all counts.</param>
public sealed record JsonHistory(int Schema, string Unit, IReadOnlyList<JsonHistoryKernel> Kernels, IReadOnlyList<JsonHistoryRow> Rows);

/// <param name="Files">SHA-256 of what was booted and loaded, by name.</param>
public sealed record JsonHistoryKernel(
    string Asked, string Suite, string Version, string Release, string Origin, IReadOnlyDictionary<string, string> Files);

/// <param name="Cells">One for each kernel.</param>
/// <param name="Changes">By more than boots of the same code may differ.</param>
public sealed record JsonHistoryRow(
    string Scenario, string? Kind, IReadOnlyList<JsonHistoryCell> Cells, IReadOnlyList<JsonHistoryChange> Changes);

/// <param name="Count">Of the most frequent untraced exit; null if there is none.</param>
/// <param name="Reason">Why there is none; null if there is one.</param>
public sealed record JsonHistoryCell(JsonNumber Count, string? Reason, IReadOnlyList<JsonHistoryStage> Stages);

public sealed record JsonHistoryStage(string Stage, JsonNumber Instructions);

/// <param name="From">The release before.</param>
/// <param name="To">The first release that has it.</param>
public sealed record JsonHistoryChange(string From, string To, JsonNumber Shift);

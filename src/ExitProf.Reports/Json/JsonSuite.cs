using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>
/// <c>suite.json</c>: published figures, what was measured, and the reading of each row. The names are a contract: add, never rename; a
/// figure that does not exist is null.
/// </summary>
/// <param name="Figures">Whether it has any: a quick suite or an emulated host has none.</param>
/// <param name="Host">As the first trace has it.</param>
public sealed record JsonSuite(
    int Schema,
    bool Quick,
    bool Figures,
    bool Interrupted,
    JsonNumber Seconds,
    IReadOnlyDictionary<string, string> Host,
    IReadOnlyList<JsonSuiteRow> Rows);

/// <param name="Mode">"native", "emulated", or "absent" without a trace.</param>
/// <param name="TscHz">Left out without a trace.</param>
/// <param name="Reason">Why nothing was recorded.</param>
/// <param name="Reading">What the row says, in a sentence.</param>
public sealed record JsonSuiteRow(
    string Scenario,
    string Command,
    string Summary,
    string Origin,
    string? UnitTest,
    IReadOnlyList<JsonPublished> Published,
    string Mode,
    string? Trace,
    string? Backend,
    string? GuestMode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? TscHz,
    string Reason,
    JsonNumber Seconds,
    string Reading,
    IReadOnlyList<JsonSuiteResult> Results,
    IReadOnlyList<JsonSuiteWork> Work,
    IReadOnlyList<JsonFinding> Findings);

/// <summary>What somebody published of the same exit.</summary>
public sealed record JsonPublished(string Text, int? Year, string Measured, string Unit, IReadOnlyList<JsonPublishedValue> Values);

/// <param name="High">The end of a range; left out where one value was published.</param>
public sealed record JsonPublishedValue(
    string Of, double Value, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? High);

/// <param name="Of">The configuration, stage or other settings that it is of.</param>
/// <param name="P99">Given for a cost only.</param>
/// <param name="ExitsToVmm">Given for a cost, else left out.</param>
/// <param name="Margin">Given for a sameness, else left out.</param>
/// <param name="Bend">How far typical exits are from the line of a slope, else left out.</param>
/// <param name="ShareInExits">Of work, else left out.</param>
/// <param name="Share">Given for a stage, else left out.</param>
public sealed record JsonSuiteResult(
    string Quantity,
    string Of,
    string Unit,
    JsonNumber Value,
    JsonNumber Low,
    JsonNumber High,
    JsonNumber Confidence,
    JsonNumber P99,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber ExitsToVmm,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber Margin,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber Bend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber ShareInExits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber Share);

public sealed record JsonSuiteWork(string Name, JsonWork Work);

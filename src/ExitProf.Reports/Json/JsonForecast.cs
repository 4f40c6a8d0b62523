using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary><c>forecast --format json</c>. The names are a contract: add, never rename; a figure that does not exist is null.</summary>
/// <param name="Micro">The exit whose cost changes.</param>
/// <param name="Tail">The verdict of the tail, where it decided; with what follows left out where it did not.</param>
/// <param name="Of">"mean", which has the tail in it, or "centre", which has not.</param>
/// <param name="Cycles">By how much; left out in another unit.</param>
/// <param name="Shift">By how much in another unit, else left out.</param>
/// <param name="Macro">The load.</param>
/// <param name="Bound">Percent of the time that exits take: more cannot be gained.</param>
/// <param name="Percent">Of the load's time.</param>
/// <param name="CodeGrowth">In percent; left out if nobody asked.</param>
/// <param name="WorthIt">By Rusty Russell's rule; left out if nobody asked.</param>
public sealed record JsonForecast(
    int Schema,
    string Verdict,
    string Micro,
    string Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Of,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonInterval? Cycles,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonInterval? Shift,
    JsonNumber Base,
    JsonNumber Confidence,
    string Macro,
    JsonNumber ExitsPerSecond,
    JsonNumber Bound,
    bool Bounded,
    JsonInterval Percent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber CodeGrowth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonDecision WorthIt,
    IReadOnlyList<JsonFinding> Findings);

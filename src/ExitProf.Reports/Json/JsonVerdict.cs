using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>
/// <c>compare</c> and <c>ab --format json</c>. The names are a contract: add, never rename; a figure that does not exist is null. New minus
/// base: positive is slower, but for metrics of which more is better.
/// </summary>
/// <param name="Schema">Left out in a report of the trace that has the verdict.</param>
/// <param name="Verdict">The worst of all: "same", "better", "worse" or "cannot-tell".</param>
/// <param name="Margin">An amount or a share, as <paramref name="MarginKind"/> says.</param>
/// <param name="Needs">What would decide; null if everything is decided.</param>
public sealed record JsonVerdict(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Schema,
    string Verdict,
    double Alpha,
    double Margin,
    string MarginKind,
    string MarginText,
    bool HigherIsBetter,
    IReadOnlyList<string> Base,
    IReadOnlyList<string> New,
    IReadOnlyList<JsonComparison> Comparisons,
    JsonNeeds? Needs,
    JsonCalibration? Calibration,
    IReadOnlyList<JsonHostDifference> Hosts,
    IReadOnlyList<JsonFinding> Findings);

/// <summary>One scenario in one configuration, or one metric.</summary>
/// <param name="Unit">The clock's word, or the metric's own.</param>
/// <param name="Of">What of a run is compared.</param>
/// <param name="Chance">By the permutation test, where that decides.</param>
/// <param name="Base">The centre of the base.</param>
/// <param name="Functions">Left out where none differs or nobody counted them.</param>
/// <param name="Needs">What would decide this one; left out where it is decided, and of quads.</param>
/// <param name="Means">Of all runs; left out where the tail did not decide, and where runs are no plain numbers.</param>
public sealed record JsonComparison(
    string? Name,
    string? Scenario,
    IReadOnlyDictionary<string, string> Settings,
    string? Reason,
    string? Unit,
    JsonSides N,
    string Of,
    bool HigherIsBetter,
    string Method,
    string Verdict,
    string DecidedBy,
    string Centre,
    bool ExceedsMargin,
    JsonNumber Chance,
    JsonTail? Tail,
    JsonNumber Base,
    JsonNumber New,
    JsonShift Shift,
    JsonEquivalence Equivalence,
    IReadOnlyList<JsonComparedStage> Stages,
    IReadOnlyList<JsonComparedQuantile> Quantiles,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonFunctionShift>? Functions = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonMeans? Means = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonRowNeeds? Needs = null);

/// <param name="LargestSpread">As in <see cref="JsonNeeds"/>.</param>
public sealed record JsonRowNeeds(
    JsonRuns Runs, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber LargestSpread);

/// <param name="Shift">New minus base, at the confidence of the row's shift.</param>
public sealed record JsonMeans(JsonNumber Base, JsonInterval Shift);

/// <summary>A function whose instructions differ.</summary>
public sealed record JsonFunctionShift(string Name, long Base, long New);

/// <param name="Kind">"quad", "run", "file", "value" or "boot".</param>
public sealed record JsonSides(int Base, int New, string Kind);

/// <param name="Confidence">Null for exact values: low, high and value are one.</param>
/// <param name="BootNoise">What boots of a side differ by; left out of anything but exact counts of several boots.</param>
public sealed record JsonShift(
    JsonInterval Absolute,
    JsonInterval Percent,
    JsonNumber Confidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber BootNoise);

public sealed record JsonInterval(JsonNumber Value, JsonNumber Low, JsonNumber High);

/// <param name="InUnits">In percent, unless a percentage has no meaning; left out then.</param>
public sealed record JsonEquivalence(
    JsonNumber Low,
    JsonNumber High,
    JsonNumber Confidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? InUnits);

/// <summary>Whether the worst runs, or exits, of the sides differ: by a far quantile, or by a count of runs beyond a threshold.</summary>
/// <param name="Quantile">With what follows up to <paramref name="Percent"/> left out of a tail by counts.</param>
/// <param name="Threshold">With what follows up to <paramref name="Chance"/> left out of a tail by a quantile.</param>
public sealed record JsonTail(
    string Method,
    string Verdict,
    double Alpha,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Quantile,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber Base,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber New,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonInterval? Percent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber Threshold,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonRuns? Beyond,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber Chance,
    JsonRuns? Needs);

public sealed record JsonRuns(int Base, int New);

/// <param name="Gated">Whether the gate looks at it.</param>
/// <param name="Verdict">Null, with what follows, for a stage that is absent.</param>
/// <param name="Steps">Left out where there is one, or where none was compared.</param>
public sealed record JsonComparedStage(
    string Stage,
    string Group,
    bool Gated,
    string? Verdict,
    bool? ExceedsMargin,
    JsonShift? Shift,
    JsonEquivalence? Equivalence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonComparedStep>? Steps);

public sealed record JsonComparedStep(
    string Name, string From, string To, string Verdict, JsonNumber Base, JsonNumber New, JsonShift Shift, JsonEquivalence Equivalence);

/// <param name="Share">0.5 for the median.</param>
public sealed record JsonComparedQuantile(double Share, JsonNumber Base, JsonNumber New, JsonInterval Percent, double Confidence);

/// <summary>Without numbers if it is not known how many would decide.</summary>
/// <param name="LargestSpread">Left out where it is known how much runs differ.</param>
public sealed record JsonNeeds(
    int? Quads,
    JsonRuns? Runs,
    JsonNumber Seconds,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonNumber LargestSpread);

/// <summary>What comparing a configuration with itself came to on this host.</summary>
public sealed record JsonCalibration(
    string Utc,
    string Scenario,
    string Settings,
    double Alpha,
    int Windows,
    int WindowQuads,
    int Excluding,
    JsonNumber FalseAlarms,
    bool Good,
    IReadOnlyList<JsonSmallestChange> SmallestChange);

/// <summary>The smallest change that a comparison of this length sees in four of five cases.</summary>
public sealed record JsonSmallestChange(int Seconds, JsonNumber Percent);

public sealed record JsonHostDifference(string Fact, string Base, string New);

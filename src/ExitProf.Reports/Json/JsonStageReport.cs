using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>
/// <c>report --format json</c>. The names are a contract: add, never rename; a figure that does not exist is null. Figures are in ticks of
/// the trace's clock.
/// </summary>
public sealed record JsonStageReport(int Schema, IReadOnlyList<JsonTrace> Traces);

/// <param name="Settings">Those that all configurations share.</param>
/// <param name="Seed">As text: JSON's readers commonly keep 53 bits of a number.</param>
/// <param name="Metrics">Tables that another tool printed; left out where there are none.</param>
/// <param name="EventCosts">What each event costs; left out where nobody counted it.</param>
/// <param name="Functions">Instructions or calls of one exit by function and stage; left out where nobody counted them.</param>
public sealed record JsonTrace(
    string File,
    string Scenario,
    IReadOnlyDictionary<string, string> Settings,
    string Source,
    string Backend,
    string GuestMode,
    string Events,
    string EventGroups,
    JsonClock Clock,
    long TscHz,
    int TscGrain,
    JsonNumber ProbeFloor,
    string Seed,
    string StartUtc,
    IReadOnlyDictionary<string, string> Host,
    JsonTraced Traced,
    JsonUntraced Untraced,
    long Lost,
    long Bytes,
    int Blocks,
    IReadOnlyList<JsonConfiguration> Configurations,
    IReadOnlyList<JsonReason> Reasons,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonMetric>? Metrics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonFunction>? Functions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonEventCost>? EventCosts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonOuterMachine? OuterMachine,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Identity,
    IReadOnlyList<JsonSlope> Slopes,
    JsonVerdict? Verdict,
    IReadOnlyList<JsonFinding> Findings);

/// <summary>Where and when an emulated host ran; its <c>startUtc</c> is the guest's date.</summary>
public sealed record JsonOuterMachine(string RecordedUtc, string Emulator, string Cpu);

public sealed record JsonClock(string Unit, long Hz, int Grain);

public sealed record JsonTraced(long Exits, long Complete, IReadOnlyDictionary<string, long> IncompleteByCause);

public sealed record JsonUntraced(long Exits);

/// <param name="EmptyLoop">Left out for a native guest.</param>
/// <param name="Work">Left out where the guest did no work.</param>
/// <param name="Vcpus">Left out where there is one.</param>
public sealed record JsonConfiguration(
    string Name,
    IReadOnlyDictionary<string, string> Settings,
    string Mode,
    JsonTotal Total,
    JsonUntracedTotal Untraced,
    IReadOnlyList<JsonStage> Stages,
    JsonIncomplete Incomplete,
    JsonEstimate ProbeIndirect,
    JsonEstimate Unattributed,
    JsonNumber ExitsToVmm,
    IReadOnlyDictionary<string, JsonNumber> StampsPerExit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonEstimate? EmptyLoop,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonWork? Work,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonVcpu>? Vcpus);

/// <summary>The figures of a configuration on one of its vCPUs.</summary>
public sealed record JsonVcpu(
    int Vcpu,
    JsonTotal Total,
    JsonUntracedTotal Untraced,
    IReadOnlyList<JsonStage> Stages,
    JsonIncomplete Incomplete,
    JsonEstimate ProbeIndirect,
    JsonEstimate Unattributed,
    JsonNumber ExitsToVmm,
    IReadOnlyDictionary<string, JsonNumber> StampsPerExit);

public sealed record JsonTotal(
    long Exits, JsonNumber Mean, JsonNumber P50, JsonNumber P90, JsonNumber P99, JsonNumber Min, JsonNumber Max);

/// <param name="Mean">Over blocks, because low and high are the 99 % interval of that one.</param>
public sealed record JsonUntracedTotal(
    long Exits,
    JsonNumber Mean,
    JsonNumber P50,
    JsonNumber P90,
    JsonNumber P99,
    JsonNumber Min,
    JsonNumber Max,
    JsonNumber Low,
    JsonNumber High);

/// <param name="State">"present", "absent" or "merged"; the figures of an absent one are null.</param>
/// <param name="Bound">"exact" or "upper".</param>
/// <param name="Mean">As recorded, probes included.</param>
/// <param name="Probe">Null, with all that follows from it, where the probes' cost is not known.</param>
/// <param name="Low">Of the interval of what is corrected.</param>
/// <param name="Share">Corrected by the untraced mean.</param>
public sealed record JsonStage(
    string Stage,
    string Group,
    string State,
    string Bound,
    JsonNumber Mean,
    JsonNumber P50,
    JsonNumber P90,
    JsonNumber P99,
    JsonNumber Min,
    JsonNumber Max,
    JsonNumber Probe,
    JsonNumber Corrected,
    JsonNumber Low,
    JsonNumber High,
    JsonNumber Share,
    IReadOnlyList<JsonStep> Steps);

public sealed record JsonStep(
    string Name, string From, string To, string Bound, JsonNumber Mean, JsonNumber P50, JsonNumber Probe, JsonNumber Corrected);

public sealed record JsonIncomplete(long Exits, JsonNumber Mean);

public sealed record JsonEstimate(JsonNumber Mean, JsonNumber Low, JsonNumber High);

/// <param name="Instructions">Of one unit of work.</param>
/// <param name="Exits">Of one unit of work.</param>
public sealed record JsonWork(
    long Instructions,
    long Exits,
    JsonNumber MillionInstructionsPerSecond,
    JsonNumber ExitsPerSecond,
    JsonEstimate WithoutExits,
    JsonEstimate CyclesPerExit,
    JsonEstimate ShareInExits);

/// <summary>A figure of a table that another tool printed.</summary>
public sealed record JsonMetric(string Table, string Row, string Column, JsonNumber Value, string Unit);

/// <summary>What an event adds to an exit, before and from the reading of the clock on.</summary>
public sealed record JsonEventCost(string Configuration, string Event, int Head, int Tail);

/// <summary>A function in a stage, without its callees; those with the highest count come first.</summary>
/// <param name="Count">Instructions, unless <paramref name="Unit"/> says otherwise.</param>
/// <param name="Cumulative">The share of this row and all above it.</param>
/// <param name="Unit">"calls" where the kernel's function_graph counted them; left out for instructions.</param>
/// <param name="Distorted">Ticks in the function, distorted by that tracer; left out for instructions.</param>
public sealed record JsonFunction(
    string Configuration,
    string Name,
    string Stage,
    long Count,
    JsonNumber Share,
    JsonNumber Cumulative,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Distorted);

/// <summary>What each more of a setting costs.</summary>
/// <param name="Per">"one" or "doubling".</param>
public sealed record JsonSlope(
    string Setting, string Others, string Per, JsonNumber Mean, JsonNumber Low, JsonNumber High, JsonNumber Start, JsonNumber Bend);

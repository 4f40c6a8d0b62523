using ExitProf.Reports;

namespace ExitProf;

/// <summary><c>list --format json</c>. The names are a contract: add, never rename.</summary>
internal sealed record JsonScenarioList(int Schema, IReadOnlyList<JsonScenario> Scenarios);

/// <param name="Exit">The kinds of its exits: "pio-out", "mmio-read or mmio-write".</param>
/// <param name="AnsweredBy">"the kernel", "the VMM", or both.</param>
/// <param name="UnitTest">The same exit in kvm-unit-tests' vmexit; null if it has none.</param>
/// <param name="Unsupported">What this host cannot run, and why.</param>
internal sealed record JsonScenario(
    string Name,
    string Summary,
    string Exit,
    string AnsweredBy,
    string Origin,
    string? UnitTest,
    IReadOnlyList<JsonPublished> Published,
    IReadOnlyList<string> Modes,
    IReadOnlyList<JsonSetting> Settings,
    IReadOnlyList<JsonUnsupported> Unsupported);

internal sealed record JsonSetting(string Name, string Summary, string Default, string Range);

internal sealed record JsonUnsupported(string Configuration, string Reason);

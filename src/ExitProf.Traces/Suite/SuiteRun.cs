using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>One recording that <c>exitprof suite</c> makes of a scenario, and what it says about it.</summary>
/// <param name="Assignments">As after <c>--set</c>: "devices=0,10,100", "apic=xapic,x2apic". Several make a recording of all their
/// combinations.</param>
/// <param name="Seconds">How long it is recorded; the suite has less than ten minutes for all.</param>
/// <param name="QuickAssignments">What <c>suite --quick</c> sets instead; null for the same. It wants few configurations: each takes long
/// in an emulated host.</param>
public sealed record SuiteRun(
    ImmutableArray<string> Assignments,
    SuiteQuestion Question,
    double Seconds = 6,
    ImmutableArray<string>? QuickAssignments = null
);

using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What the ways of a recording's exits tell.</summary>
/// <param name="Costs">What each event of a traced exit adds to it.</param>
public sealed record FunctionsOfExits(ImmutableArray<StackCount> Stacks, ImmutableArray<EventCost> Costs, ImmutableArray<Finding> Findings);

using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What a trace knows of single events in one configuration.</summary>
/// <param name="Without">The exits of blocks that left out the event of a stamp; null if none did.</param>
/// <param name="Counted">Costs that were counted instruction by instruction.</param>
internal sealed record LeftOutEvents(Func<Stamp, ExitSet?> Without, IReadOnlyList<EventCost> Counted);

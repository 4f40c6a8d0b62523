using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <param name="Exits">Traced exits with both ends, warm-up and calibration left out.</param>
/// <param name="Complete">Those with the host's own signature.</param>
/// <param name="IncompleteByCause">The others by cause: "interrupted", "lost", "eintr", "unpaired", "out-of-order".</param>
public sealed record TracedCounts(long Exits, long Complete, ImmutableSortedDictionary<string, long> IncompleteByCause);

namespace ExitProf.Analysis;

/// <summary>
/// The figures of a software CPU. Its exits take the same path each time and have one count of instructions, but for the few that a timer
/// interrupts (one of a thousand, thousands of instructions long). So the most frequent count stands where a real CPU has a mean: it is
/// exact and the same in every recording, and a mean would move with where the timer falls. Where the VMM takes several ways, so that no
/// count is that of half of the exits, it is the middle one (<see cref="Histogram.Common"/>): which of many rare counts is the most
/// frequent is chance.
/// </summary>
internal static class ExactFigures
{
    /// <summary>A value without an interval, because it has no spread.</summary>
    public static Estimate Exactly(double value) => new(value, value, value);

    /// <summary>
    /// Puts counts into the place of the means of whole exits; those of stages are counts already (<see cref="StageFigures"/>).
    /// </summary>
    public static ConfigurationSummary Of(ConfigurationSummary means, ExitSetTotal untraced) => means with
    {
        // Of an emulated guest the loop around the exits is taken off, which was measured as a mean.
        Untraced = means is { Native: true, Untraced: { } known } ? known with { Mean = Exactly(untraced.Common.Total) }
            : means.Untraced,
        Incomplete = means.Incomplete with { Mean = 0 },
    };
}

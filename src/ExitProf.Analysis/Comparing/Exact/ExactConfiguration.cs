using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>One configuration of a boot.</summary>
internal sealed record ExactConfiguration(ExactBoot Boot, int Index, Configuration Configuration)
{
    /// <summary>What occurs more seldom is an exit that a timer interrupted, not a path of its own.</summary>
    private const double LeastShare = 0.02;

    public IReadOnlyList<(long Instructions, long Exits)> Totals { get; } = Boot.Counts.Totals(Index);

    /// <summary>The same configuration as its report has it.</summary>
    public ConfigurationSummary Summary { get; } = Boot.Summary.Configurations.First(c => c.Configuration.Name == Configuration.Name);

    /// <summary>What most exits have.</summary>
    public long MostFrequent => Totals[0].Instructions;

    /// <summary>The ways that exits take, by their count, with the share of the exits.</summary>
    public IReadOnlyList<(long Instructions, double Share)> Paths
    {
        get
        {
            double all = Totals.Sum(c => c.Exits);
            return [.. Totals.Where((c, i) => i == 0 || c.Exits / all >= LeastShare).Select(c => (c.Instructions, c.Exits / all)).Order()];
        }
    }

    /// <summary>What an exit comes to over all paths.</summary>
    public double Mean => Paths.Sum(p => p.Instructions * p.Share) / Paths.Sum(p => p.Share);

    public string SaidPaths => string.Join(", ", Paths.OrderByDescending(p => p.Share)
        .Select(p => $"{p.Instructions:N0} instructions in {p.Share:P0} of the exits"));

    /// <summary>The boot whose count lies in the middle stands for its side.</summary>
    public static ExactConfiguration Middle(IReadOnlyList<ExactConfiguration> boots) =>
        boots.OrderBy(b => b.MostFrequent).ElementAt((boots.Count - 1) / 2);
}

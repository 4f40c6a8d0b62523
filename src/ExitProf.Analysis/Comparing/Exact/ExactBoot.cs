using System.Security.Cryptography;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>One recording of a software CPU: what one boot of a machine gave.</summary>
internal sealed record ExactBoot(string File, ExactCounts Counts, TraceSummary Summary)
{
    public TraceHeader Header => Counts.TraceHeader!;

    /// <summary>The machine that was booted, as far as its trace says: kernel, modules and what was varied.</summary>
    public string Machine => string.Join('\n', ((string[])["kernel", "kernel from", "modules added", "modules replaced", "boot"]).Select(Fact));

    /// <summary>Reads one side.</summary>
    /// <returns>Its boots. Recordings that are equal to the byte are one: a kept machine gives them as often as it is asked.</returns>
    /// <exception cref="InputException">A trace is not in instructions.</exception>
    public static ExactBoot[] Read(IReadOnlyList<string> paths) =>
        [.. paths.DistinctBy(p => Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(p)))).Select(Read)];

    private static ExactBoot Read(string path)
    {
        var counts = new ExactCounts();
        TraceReader.Read(path, counts);
        return counts.TraceHeader is { Clock.IsTime: false }
            ? new ExactBoot(Path.GetFileName(path), counts, TraceFiles.Summarise(path))
            : throw new InputException(
                $"{Path.GetFileName(path)} is not in instructions of a software CPU: record it in an emulated host.");
    }

    /// <summary>Those with exits of their own, by index.</summary>
    public IEnumerable<(int Index, Configuration Configuration)> Configurations =>
        Header.Configurations.Index().Where(c => !c.Item.IsEmptyLoop).Select(c => (c.Index, c.Item));

    /// <summary>"pio-search devices=10"; the scenario alone where nothing was set.</summary>
    public string Name(Configuration configuration) =>
        configuration.Name == Configuration.Default ? Header.Scenario : $"{Header.Scenario} {configuration.Name}";

    private string Fact(string name) => Header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";
}

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

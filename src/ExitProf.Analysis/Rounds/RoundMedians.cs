namespace ExitProf.Analysis;

/// <summary>
/// What a typical exit of some blocks takes, by round (super-block): the mean of the medians of its blocks. An interruption that doubles
/// the mean of a block does not move its median.
/// </summary>
internal sealed class RoundMedians
{
    /// <summary>No block takes longer; a damaged trace may say so.</summary>
    private const double Most = 1e18;

    private readonly Dictionary<int, (double Sum, int Blocks)> rounds = [];

    public IEnumerable<int> Rounds => rounds.Keys.Order();

    public int Count => rounds.Count;

    public double this[int round] => rounds[round].Sum / rounds[round].Blocks;

    /// <summary>The median of all rounds, of which there must be one.</summary>
    public double Centre
    {
        get
        {
            double[] sorted = [.. Rounds.Select(r => this[r]).Order()];
            return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
        }
    }

    /// <param name="median">In cycles, of the used exits of one block; left out if it has none.</param>
    public void Add(int round, double median)
    {
        if (!(median > 0 && median < Most)) return;
        rounds.TryGetValue(round, out var before);
        rounds[round] = (before.Sum + median, before.Blocks + 1);
    }

    /// <summary>Adds the blocks of another one.</summary>
    public void Absorb(RoundMedians other)
    {
        foreach ((int round, (double sum, int blocks)) in other.rounds)
        {
            rounds.TryGetValue(round, out var before);
            rounds[round] = (before.Sum + sum, before.Blocks + blocks);
        }
    }

    /// <summary>Without what was measured beside it; of the rounds that both have.</summary>
    /// <returns>Null if they have none in common.</returns>
    public RoundMedians? Less(RoundMedians other)
    {
        var rest = new RoundMedians();
        foreach (int round in Rounds.Where(other.rounds.ContainsKey)) rest.rounds[round] = (this[round] - other[round], 1);
        return rest.rounds.Count > 0 ? rest : null;
    }
}

namespace ExitProf.Analysis;

/// <summary>
/// What a typical exit of some blocks takes, by round (super-block): the mean of the medians of its blocks. An interruption that doubles
/// the mean of a block does not move its median.
/// </summary>
internal sealed class RoundMedians
{
    /// <summary>No block takes longer; a damaged trace may say so.</summary>
    private const double Most = 1e18;

    private RoundNumbers rounds = new();
    private List<(double Sum, int Blocks)> sums = [];

    public IEnumerable<int> Rounds => Enumerable.Range(0, sums.Count).Select(i => rounds[i]).Order();

    public int Count => sums.Count;

    /// <inheritdoc cref="RoundNumbers.Next"/>
    public int Next => rounds.Next;

    public double this[int round]
    {
        get
        {
            (double sum, int blocks) = sums[rounds.Find(round)];
            return sum / blocks;
        }
    }

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
        if (median > 0 && median < Most) Add(round, median, 1);
    }

    private void Add(int round, double sum, int blocks)
    {
        int place = rounds.FindOrAdd(round);
        if (place == sums.Count) sums.Add(default);
        sums[place] = (sums[place].Sum + sum, sums[place].Blocks + blocks);
    }

    /// <summary>Puts each two neighbouring rounds together: the numbers of rounds are halved.</summary>
    public void Halve()
    {
        var halved = new RoundMedians();
        for (int i = 0; i < sums.Count; i++) halved.Add(rounds[i] >> 1, sums[i].Sum, sums[i].Blocks);
        (rounds, sums) = (halved.rounds, halved.sums);
    }

    public void Save(SumsWriter to)
    {
        to.Number(Count);
        for (int i = 0; i < sums.Count; i++)
        {
            to.Signed(rounds[i]);
            to.Real(sums[i].Sum);
            to.Number(sums[i].Blocks);
        }
    }

    public void Restore(SumsReader from)
    {
        for (int left = from.Items(bytes: 13); left > 0; left--) Add(from.Signed(), from.Real(), from.Small(least: 1));
    }

    /// <summary>Adds the blocks of another one.</summary>
    /// <param name="later">Is added to the numbers of its rounds.</param>
    public void Absorb(RoundMedians other, int later = 0)
    {
        for (int i = 0; i < other.sums.Count; i++) Add(other.rounds[i] + later, other.sums[i].Sum, other.sums[i].Blocks);
    }

    /// <summary>Without what was measured beside it; of the rounds that both have.</summary>
    /// <returns>Null if they have none in common.</returns>
    public RoundMedians? Less(RoundMedians other)
    {
        var rest = new RoundMedians();
        foreach (int round in Rounds.Where(r => other.rounds.Find(r) >= 0)) rest.Add(round, this[round] - other[round], 1);
        return rest.Count > 0 ? rest : null;
    }
}

using System.Runtime.InteropServices;

namespace ExitProf.Analysis;

/// <summary>
/// What the exits of each super-block add up to: all blocks of the same round, configuration and event groups. In cycles, as doubles: sums
/// of integers are exact in them up to 2^53, which is weeks of cycles, and a damaged trace cannot make them wrap round.
/// </summary>
/// <param name="steps">Steps that are told apart; 0 where there are none.</param>
internal sealed class RoundTable(int steps)
{
    private RoundNumbers rounds = new();
    private List<long> exits = [];

    /// <summary>By round: the cycles of whole exits, then those of each step.</summary>
    private List<double> sums = [];

    public int Count => rounds.Count;

    /// <summary>Rounds that have exits.</summary>
    public IEnumerable<int> Numbers
    {
        get
        {
            for (int i = 0; i < rounds.Count; i++) yield return rounds[i];
        }
    }

    /// <inheritdoc cref="RoundNumbers.Next"/>
    public int Next => rounds.Next;

    /// <summary>All rounds, in the order in which they came.</summary>
    public IEnumerable<RoundSums> Rows
    {
        get
        {
            for (int i = 0; i < rounds.Count; i++) yield return new RoundSums(this, i);
        }
    }

    public int Round(int place) => rounds[place];

    public long Exits(int place) => exits[place];

    public double Cycles(int place) => sums[place * (steps + 1)];

    public double Step(int place, int step) => sums[place * (steps + 1) + 1 + step];

    /// <summary>Adds to a round.</summary>
    /// <returns>The cycles of each of its steps, to be added to before the next call.</returns>
    public Span<double> Add(int round, long more, double cycles)
    {
        int place = rounds.FindOrAdd(round);
        if (place == exits.Count)
        {
            exits.Add(0);
            CollectionsMarshal.SetCount(sums, sums.Count + steps + 1);
            CollectionsMarshal.AsSpan(sums)[^(steps + 1)..].Clear();
        }
        exits[place] += more;
        Span<double> row = CollectionsMarshal.AsSpan(sums).Slice(place * (steps + 1), steps + 1);
        row[0] += cycles;
        return row[1..];
    }

    /// <summary>Puts each two neighbouring rounds together: the numbers of rounds are halved.</summary>
    public void Halve()
    {
        var halved = new RoundTable(steps);
        foreach (RoundSums row in Rows)
        {
            Span<double> sum = halved.Add(row.Round >> 1, row.Exits, row.Cycles);
            for (int i = 0; i < sum.Length; i++) sum[i] += row.Step(i);
        }
        (rounds, exits, sums) = (halved.rounds, halved.exits, halved.sums);
    }

    public void Save(SumsWriter to)
    {
        to.Number(Count);
        foreach (RoundSums row in Rows)
        {
            to.Signed(row.Round);
            to.Number(row.Exits);
            to.Real(row.Cycles);
            for (int i = 0; i < steps; i++) to.Real(row.Step(i));
        }
    }

    public void Restore(SumsReader from)
    {
        for (int left = from.Items(bytes: 13 + 8 * steps); left > 0; left--)
        {
            Span<double> sum = Add(from.Signed(), from.Number(), from.Real());
            for (int i = 0; i < steps; i++) sum[i] += from.Real();
        }
    }

    /// <param name="later">Is added to the numbers of its rounds.</param>
    public void Absorb(RoundTable other, int later = 0)
    {
        foreach (RoundSums theirs in other.Rows)
        {
            Span<double> own = Add(theirs.Round + later, theirs.Exits, theirs.Cycles);
            for (int i = 0; i < own.Length; i++) own[i] += theirs.Step(i);
        }
    }
}

using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Exits of short blocks, step by step in ticks, until there are enough of them to be counted: what the counting of a column costs by
/// itself is shared by hundreds of exits, not by the twenty of a block.
/// </summary>
/// <param name="steps">Steps that are told apart; 0 if only whole exits are.</param>
internal sealed class WaitingExits(int steps)
{
    /// <summary>So many fit; the columns of two sides' tallies then still lie in the second-nearest cache.</summary>
    public const int Most = 2048;

    /// <summary>A batch of more exits is counted at once.</summary>
    public const int FewAtOnce = 128;

    private const int FirstRoom = 32;

    /// <summary>Behind each column, because columns are written in whole vectors of sixteen.</summary>
    private const int Slack = 16;

    private readonly int columns = Math.Max(1, steps);
    private uint[] ticks = [];
    private int room;

    public int Count { get; private set; }

    /// <summary>The values of a step, or of whole exits where no steps are told apart.</summary>
    public ReadOnlySpan<uint> Column(int step) => ticks.AsSpan(step * (room + Slack), Count);

    public void Add(ExitColumns from, in ExitGroup group)
    {
        Grow(group.Count);
        if (steps > 0)
        {
            for (int i = 0; i < steps; i++) ColumnSums.Widen(from.Padded(group, i + 1), Free(i));
        }
        else
        {
            ColumnSums.Widen(from.Padded(group, 1), Free(0));
            for (int i = 2; i < group.Length; i++) ColumnSums.Add(from.Padded(group, i), Free(0));
        }
        Count += group.Count;
    }

    /// <param name="exit">Its steps in ticks.</param>
    public void Add(ReadOnlySpan<uint> exit)
    {
        Grow(1);
        if (steps > 0)
        {
            for (int i = 0, at = Count; i < exit.Length; i++, at += room + Slack) ticks[at] = exit[i];
        }
        else
        {
            uint sum = 0;
            foreach (uint step in exit) sum += step;
            ticks[Count] = sum;
        }
        Count++;
    }

    public void Clear() => Count = 0;

    private Span<uint> Free(int column) => ticks.AsSpan(column * (room + Slack) + Count);

    private void Grow(int more)
    {
        if (Count + more <= room) return;
        int larger = Math.Max(FirstRoom, room);
        while (larger < Count + more) larger *= 2;
        var grown = new uint[columns * (larger + Slack)];
        for (int i = 0; i < columns && Count > 0; i++) Column(i).CopyTo(grown.AsSpan(i * (larger + Slack)));
        (ticks, room) = (grown, larger);
    }
}

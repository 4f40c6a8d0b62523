namespace ExitProf.Traces;

/// <summary>Sorts exits that come one after the other by class, and turns their rows into columns.</summary>
internal sealed class ExitRowSorter
{
    private readonly List<(int Class, int Length, int Count, int Last)> classes = [];

    /// <summary>Deltas of exits, in whole groups as they were decoded.</summary>
    private ushort[] ticks = new ushort[ExitBatch.MaxExits * 2 * ExitCoding.Group];

    /// <summary>Where an exit's deltas are, and the exit of the same class before it.</summary>
    private readonly (int At, int Before)[] exits = new (int, int)[ExitBatch.MaxExits];
    private int count;
    private int used;
    private int current;

    internal ExitBuffer Buffer { get; } = new();

    internal int Classes => classes.Count;

    internal (int Class, int Length, int Count) Class(int i) => (classes[i].Class, classes[i].Length, classes[i].Count);

    internal void Clear()
    {
        classes.Clear();
        (count, used, current) = (0, 0, -1);
    }

    internal void Add(int index, int length, ReadOnlySpan<ushort> lanes)
    {
        if (current < 0 || classes[current].Class != index)
        {
            current = classes.FindIndex(c => c.Class == index);
            if (current < 0)
            {
                current = classes.Count;
                classes.Add((index, length, 0, -1));
            }
        }
        if (ticks.Length - used < lanes.Length) Array.Resize(ref ticks, ticks.Length * 2);
        lanes.CopyTo(ticks.AsSpan(used));
        (int _, int _, int number, int last) = classes[current];
        exits[count] = (used, last);
        classes[current] = (index, length, number + 1, count);
        count++;
        used += lanes.Length;
    }

    /// <summary>Writes the columns of one class; behind each column stands 0.</summary>
    internal void Transpose(int i, int stride, Span<ushort> to)
    {
        (int _, int length, int number, int exit) = classes[i];
        for (int k = 0; k < length; k++) to.Slice(k * stride + number, stride - number).Clear();
        for (int n = number - 1; n >= 0; n--)
        {
            (int at, int before) = exits[exit];
            ReadOnlySpan<ushort> row = ticks.AsSpan(at, length);
            for (int k = 0, place = n; k < row.Length; k++, place += stride) to[place] = row[k];
            exit = before;
        }
    }
}

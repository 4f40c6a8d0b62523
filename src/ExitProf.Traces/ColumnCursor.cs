namespace ExitProf.Traces;

/// <summary>Goes through a batch of columns exit by exit, in the order in which they were made.</summary>
internal sealed class ColumnCursor
{
    private readonly ExitColumns columns = new();

    /// <summary>Exits that have been taken out of each group.</summary>
    private readonly int[] taken = new int[ExitBatch.MaxExits];
    private int next;
    private int nextWide;
    private ExitGroup group;
    private int exit;

    internal void Begin(in ExitBatch batch, int grain, ReadOnlySpan<byte> lengths)
    {
        columns.Decode(batch, grain, lengths);
        (next, nextWide) = (0, 0);
        taken.AsSpan(0, columns.StoredGroups).Clear();
    }

    /// <exception cref="FormatException">The batch is damaged.</exception>
    internal ExitGroup Next()
    {
        if (columns.Damage is { } damage) throw damage;
        int number = columns.NumberOf(next);
        group = columns.GroupOf(next++);
        exit = taken[number]++;
        return group;
    }

    internal void CopyTicks(Span<ushort> ticks) => columns.CopyRow(group, exit, ticks);

    internal void CopyCycles(Span<long> cycles) => columns.Cycles(nextWide++).CopyTo(cycles);
}

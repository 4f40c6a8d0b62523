using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Working memory for sums of several columns, kept from one batch to the next.</summary>
internal sealed class ColumnScratch
{
    private readonly ushort[] sums = new ushort[ExitBatch.MaxExits];
    private readonly uint[] wideSums = new uint[ExitBatch.MaxExits];

    /// <summary>The largest value of each step's column.</summary>
    public ushort[] Most { get; } = new ushort[ExitClass.MaxStamps];

    /// <summary>Whether no sum of these steps needs more than 16 bits.</summary>
    public bool IsNarrow(int first, int end)
    {
        long most = 0;
        for (int i = first; i < end; i++) most += Most[i];
        return most <= ushort.MaxValue;
    }

    /// <summary>Adds up the steps from <paramref name="first"/> to before <paramref name="end"/>, filled up to whole vectors.</summary>
    public Span<ushort> NarrowSums(ExitColumns columns, in ExitGroup group, int first, int end)
    {
        ReadOnlySpan<ushort> column = columns.Padded(group, first + 1);
        Span<ushort> narrow = sums.AsSpan(0, column.Length);
        column.CopyTo(narrow);
        for (int i = first + 1; i < end; i++) ColumnSums.Add(columns.Padded(group, i + 1), narrow);
        return narrow;
    }

    /// <summary>The same where 16 bits may not do; without what fills it up.</summary>
    public Span<uint> WideSums(ExitColumns columns, in ExitGroup group, int first, int end)
    {
        Span<uint> wide = wideSums.AsSpan(0, columns.Padded(group, first + 1).Length);
        wide.Clear();
        for (int i = first; i < end; i++) ColumnSums.Add(columns.Padded(group, i + 1), wide);
        return wide[..group.Count];
    }

    /// <summary>Adds up the steps outside of the VMM, between its stamps of KVM_RUN's return and of its next call.</summary>
    public Span<uint> KernelSums(ExitColumns columns, in ExitGroup group, ReadOnlySpan<Stamp> signature)
    {
        Span<uint> wide = wideSums.AsSpan(0, columns.Padded(group, 0).Length);
        wide.Clear();
        foreach (int step in KernelPart.Steps(signature)) ColumnSums.Add(columns.Padded(group, step + 1), wide);
        return wide[..group.Count];
    }

    /// <summary>Counts the sums of these steps.</summary>
    public void AddSums(ExitColumns columns, in ExitGroup group, int first, int end, Histogram to)
    {
        if (IsNarrow(first, end))
        {
            Span<ushort> narrow = NarrowSums(columns, group, first, end);
            to.Add(narrow[..group.Count], ColumnSums.MostAndSum(narrow).Most);
        }
        else to.Add(WideSums(columns, group, first, end));
    }
}

using System.Numerics;

namespace ExitProf.Analysis;

/// <summary>
/// How many exits took how long, in slices of time. Slices double when the recording grows beyond them, so that memory is bounded; rows are
/// sixteenths of a doubling.
/// </summary>
public sealed class DurationMap
{
    /// <summary>Rows for each doubling of the duration.</summary>
    private const int PerDoubling = 16;

    private const int Rows = 64 * PerDoubling;
    private const int Most = 256;

    private readonly List<long[]?> slices = [];

    /// <summary>When the first slice begins, in ticks.</summary>
    public ulong Start { get; private set; }

    /// <summary>Ticks in a slice, a power of two.</summary>
    public ulong Width { get; private set; } = 1;

    public int Slices => slices.Count;

    /// <summary>All exits of the map.</summary>
    public long Exits { get; private set; }

    internal void Add(ulong start, ulong ticks)
    {
        if (Exits == 0) Start = start;
        // Stamps of several vCPUs are not in the order of time; what is before the first one is in the first slice.
        ulong since = start > Start ? start - Start : 0;
        while (since / Width >= Most) Widen();
        int slice = (int)(since / Width);
        while (slices.Count <= slice) slices.Add(null);
        (slices[slice] ??= new long[Rows])[RowOf(ticks)]++;
        Exits++;
    }

    /// <summary>Exits of a slice in each row; empty if it has none.</summary>
    public IReadOnlyList<long> this[int slice] => slices[slice] ?? [];

    /// <summary>The least duration of a row, in ticks.</summary>
    public static double Border(int row) => Math.Pow(2, (double)row / PerDoubling);

    private static int RowOf(ulong ticks)
    {
        if (ticks < 2) return 0;
        int whole = BitOperations.Log2(ticks);
        return Math.Clamp((int)(Math.Log2(ticks) * PerDoubling), whole * PerDoubling, whole * PerDoubling + PerDoubling - 1);
    }

    private void Widen()
    {
        Width *= 2;
        for (int i = 0; i < slices.Count; i++)
        {
            if (i % 2 == 0)
            {
                slices[i / 2] = slices[i];
                continue;
            }
            if (slices[i / 2] is not { } sum) slices[i / 2] = slices[i];
            else if (slices[i] is { } more)
                for (int row = 0; row < Rows; row++) sum[row] += more[row];
        }
        slices.RemoveRange((slices.Count + 1) / 2, slices.Count / 2);
    }
}

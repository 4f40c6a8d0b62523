namespace ExitProf.Traces;

/// <summary>Median of values that come in ticks: within the tick that holds it, the values are taken as spread evenly.</summary>
public static class GroupedMedian
{
    /// <param name="values">In cycles; reordered.</param>
    /// <param name="grain">The tick, in cycles.</param>
    /// <returns>In cycles; NaN if there are no values.</returns>
    public static double Of(Span<ulong> values, int grain)
    {
        if (values.IsEmpty) return double.NaN;
        values.Sort();
        ulong step = (ulong)grain;
        ulong tick = Tick(values[values.Length / 2]);
        int below = 0, within = 0;
        foreach (ulong value in values)
        {
            ulong t = Tick(value);
            if (t < tick) below++;
            else if (t == tick) within++;
            else break;
        }
        // Half of the values lie below this tick: anything from the end of the tick before it to its own beginning halves them.
        if (2 * below == values.Length) return (Tick(values[below - 1]) + 0.5 + (tick - 0.5)) / 2 * grain;
        return (tick - 0.5 + (values.Length / 2.0 - below) / within) * grain;

        // Reads within one tick differ by 1, so durations lie just beside the multiples of the grain.
        ulong Tick(ulong value) => (value + step / 2) / step;
    }
}

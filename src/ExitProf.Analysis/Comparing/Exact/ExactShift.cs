namespace ExitProf.Analysis;

/// <summary>
/// Counts of boots on both sides. Boots of one kernel that differ in addresses, seed and memory may differ by a few instructions without
/// any difference of the code; what lies within that is no difference, what lies beyond it is exact. Code runs whole
/// instructions, so a shift of fewer than half of one is none.
/// </summary>
internal static class ExactShift
{
    /// <param name="first">One count a boot of the base, the one that stands for it first.</param>
    public static JudgedShift Of(Gate gate, IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double noise = Math.Max(Range(first), Range(second));
        return JudgedShift.OfInstructions(gate, first[0], second[0], first.Count > 1 || second.Count > 1 ? noise : double.NaN);
    }

    public static double Range(IReadOnlyList<double> counts) => Math.Round(counts.Max() - counts.Min());
}

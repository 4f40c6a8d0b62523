namespace ExitProf.Analysis;

/// <summary>
/// What the exits of one super-block add up to: all blocks of the same round, configuration and event groups. In cycles, as doubles: sums
/// of integers are exact in them up to 2^53, which is weeks of cycles, and a damaged trace cannot make them wrap round.
/// </summary>
internal sealed class RoundSums(int steps)
{
    public long Exits { get; set; }

    public double Cycles { get; set; }

    /// <summary>By step; empty where steps are not told apart.</summary>
    public double[] Steps { get; } = new double[steps];

    public void Absorb(RoundSums other)
    {
        Exits += other.Exits;
        Cycles += other.Cycles;
        for (int i = 0; i < Steps.Length; i++) Steps[i] += other.Steps[i];
    }

    public void Clear()
    {
        if (Exits == 0) return;
        Exits = 0;
        Cycles = 0;
        Array.Clear(Steps);
    }
}

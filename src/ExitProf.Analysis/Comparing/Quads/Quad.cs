namespace ExitProf.Analysis;

/// <summary>A block of a quad, as far as a comparison needs it.</summary>
/// <param name="Median">Of the total.</param>
/// <param name="Stages">
/// Medians of the stages and steps by their number (<see cref="BlockStages.Find"/>), with the number of exits behind them, 0 where there
/// are none; null if they are not to be used.
/// </param>
internal readonly record struct QuadBlock(bool New, int Exits, double Median, (double Median, int Exits)[]? Stages)
{
    /// <summary>The same block with one vCPU more: means of the medians' logarithms, because those are what is compared.</summary>
    /// <param name="vcpus">How many it has without that one.</param>
    public QuadBlock With(QuadBlock other, int vcpus)
    {
        double Mean(double all, double one) => Math.Exp((vcpus * Math.Log(all) + Math.Log(one)) / (vcpus + 1));
        (double, int)[]? stages = null;
        if (Stages is { } own && other.Stages is { } theirs)
        {
            stages = new (double, int)[Math.Min(own.Length, theirs.Length)];
            for (int i = 0; i < stages.Length; i++)
            {
                if (own[i].Exits > 0 && theirs[i].Exits > 0)
                    stages[i] = ((vcpus * own[i].Median + theirs[i].Median) / (vcpus + 1), own[i].Exits + theirs[i].Exits);
            }
        }
        return this with { Exits = Exits + other.Exits, Median = Mean(Median, other.Median), Stages = stages };
    }
}

/// <summary>Four neighbouring blocks, two of each side: the unit of an interleaved comparison.</summary>
internal sealed record Quad(QuadBlock[] Blocks)
{
    /// <summary>
    /// Null if blocks are missing, or if one has no median that a logarithm can be taken of: then the whole quad counts for nothing, on
    /// both sides.
    /// </summary>
    public static Quad? Of(IReadOnlyList<QuadBlock> blocks) =>
        blocks.Count == 4 && blocks.Count(b => b.New) == 2 && blocks.All(b => b.Median > 0 && double.IsFinite(b.Median))
            ? new Quad([.. blocks])
            : null;

    public IEnumerable<double> Side(bool changed, Func<QuadBlock, double> value) => Blocks.Where(b => b.New == changed).Select(value);

    /// <summary>((B1 + B2) − (A1 + A2)) / 2.</summary>
    public double Contrast(Func<QuadBlock, double> value)
    {
        double changed = 0, same = 0;
        foreach (QuadBlock block in Blocks)
        {
            if (block.New) changed += value(block);
            else same += value(block);
        }
        return (changed - same) / 2;
    }

    public bool HasStage(int stage)
    {
        foreach (QuadBlock block in Blocks)
        {
            if (stage < 0 || block.Stages is not { } stages || stage >= stages.Length || stages[stage].Exits == 0) return false;
        }
        return true;
    }
}

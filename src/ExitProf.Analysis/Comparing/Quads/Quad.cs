namespace ExitProf.Analysis;

/// <summary>A block of a quad, as far as a comparison needs it.</summary>
/// <param name="Median">Of the total.</param>
/// <param name="Stages">Medians of the stages, with the number of exits behind them; null if they are not to be used.</param>
internal sealed record QuadBlock(bool New, int Exits, double Median, IReadOnlyDictionary<string, (double Median, int Exits)>? Stages)
{
    /// <summary>The same block with one vCPU more: means of the medians' logarithms, because those are what is compared.</summary>
    /// <param name="vcpus">How many it has without that one.</param>
    public QuadBlock With(QuadBlock other, int vcpus)
    {
        double Mean(double all, double one) => Math.Exp((vcpus * Math.Log(all) + Math.Log(one)) / (vcpus + 1));
        Dictionary<string, (double, int)>? stages =
            Stages is null || other.Stages is null
                ? null
                : Stages
                    .Where(s => other.Stages.ContainsKey(s.Key))
                    .ToDictionary(
                        s => s.Key,
                        s =>
                            ((vcpus * s.Value.Median + other.Stages[s.Key].Median) / (vcpus + 1), s.Value.Exits + other.Stages[s.Key].Exits)
                    );
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
    public double Contrast(Func<QuadBlock, double> value) => (Side(true, value).Sum() - Side(false, value).Sum()) / 2;

    public bool HasStage(string stage) => Blocks.All(b => b.Stages?.ContainsKey(stage) == true);
}

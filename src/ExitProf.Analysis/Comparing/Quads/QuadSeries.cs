namespace ExitProf.Analysis;

/// <summary>Whole quads in the order of time, by column: the totals, and each stage and step that all four blocks have.</summary>
internal sealed class QuadSeries
{
    private readonly List<QuadColumn?> stages = [];

    /// <summary>The medians of whole exits.</summary>
    public QuadColumn Totals { get; } = new();

    public int Count => Totals.Count;

    /// <param name="number">A stage's or step's (<see cref="BlockStages.Find"/>), or -1.</param>
    /// <returns>The quads whose four blocks have it.</returns>
    public QuadColumn Stage(int number) => (uint)number < (uint)stages.Count && stages[number] is { } column ? column : new QuadColumn();

    /// <summary>Takes over a quad that is whole.</summary>
    public void Add(OpenQuad quad)
    {
        Span<double> figures = stackalloc double[OpenQuad.Blocks];
        Totals.Add(figures, quad.Totals(figures));
        foreach (int number in quad.Stages)
        {
            if (!quad.Stage(number, figures, out long exits)) continue;
            while (stages.Count <= number) stages.Add(null);
            (stages[number] ??= new QuadColumn()).Add(figures, exits);
        }
    }
}

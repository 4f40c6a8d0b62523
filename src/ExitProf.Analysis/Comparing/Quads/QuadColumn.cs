namespace ExitProf.Analysis;

/// <summary>
/// One figure of the blocks of quads, in the order of time: the two of the base and the two of the new side of each, next to each other.
/// </summary>
internal sealed class QuadColumn
{
    private const int Blocks = OpenQuad.Blocks, OfSide = Blocks / 2;

    /// <summary>The base's two, then the new side's two, quad after quad.</summary>
    private readonly List<double> medians = [];

    /// <summary>How many of the new side, by quad.</summary>
    private readonly List<long> exits = [];

    public int Count => exits.Count;

    /// <param name="figures">Those of the base's blocks, then of the new side's, each side in the order of time.</param>
    /// <param name="newExits">How many exits of the new side are behind them.</param>
    public void Add(ReadOnlySpan<double> figures, long newExits)
    {
        medians.AddRange(figures[..Blocks]);
        exits.Add(newExits);
    }

    /// <summary>((B1 + B2) − (A1 + A2)) / 2 of each quad.</summary>
    /// <param name="less">Is taken off each figure.</param>
    public double[] Contrasts(double less)
    {
        var contrasts = new double[Count];
        for (int i = 0, at = 0; i < contrasts.Length; i++, at += Blocks)
            contrasts[i] = ((medians[at + 2] - less + (medians[at + 3] - less)) - (medians[at] - less + (medians[at + 1] - less))) / 2;
        return contrasts;
    }

    /// <summary>The same of the figures' logarithms; without quads of which a figure has none.</summary>
    public double[] LogarithmContrasts(double less)
    {
        var contrasts = new List<double>(Count);
        for (int at = 0; at < medians.Count; at += Blocks)
        {
            double contrast = ((Logarithm(at + 2) + Logarithm(at + 3)) - (Logarithm(at) + Logarithm(at + 1))) / 2;
            if (double.IsFinite(contrast)) contrasts.Add(contrast);
        }
        return [.. contrasts];

        double Logarithm(int index) => Math.Log(medians[index] - less);
    }

    /// <summary>The finite figures of the base's blocks of some quads.</summary>
    public double[] Base(double less, int from, int quads)
    {
        var values = new List<double>(quads * OfSide);
        for (int at = from * Blocks; at < (from + quads) * Blocks; at += Blocks)
        {
            for (int i = 0; i < OfSide; i++)
            {
                if (medians[at + i] - less is var value && double.IsFinite(value)) values.Add(value);
            }
        }
        return [.. values];
    }

    public double[] Base(double less) => Base(less, 0, Count);

    /// <summary>Exits of the new side behind the figures of some quads.</summary>
    public long NewExits(int from, int quads)
    {
        long sum = 0;
        for (int i = from; i < from + quads; i++) sum += exits[i];
        return sum;
    }

    public long NewExits() => NewExits(0, Count);
}

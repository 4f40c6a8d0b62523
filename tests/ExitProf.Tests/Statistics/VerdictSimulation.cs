using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>How many of some comparisons of one kind came to what.</summary>
/// <param name="Centre">Intervals of the centre that exclude 0.</param>
/// <param name="Worse">Verdicts.</param>
internal sealed record SimulatedCell(string Kind, string Shape, string Sides, int Comparisons, int Centre, int Worse, int Better, int Same)
{
    public int Alarms => Worse + Better;
}

/// <summary>Draws data of known kinds and judges them as the command does. Seeded: the counts are always the same.</summary>
internal sealed class VerdictSimulation(int comparisons)
{
    public static readonly string[] Shapes =
    [
        "normal, 2 %",
        "log-normal, s = 1",
        "Pareto, 1.5",
        "bimodal, 60/40, +40 %",
        "5 % outliers, × 50",
        "grain 26, sd 10",
        "grain 26, sd 26",
    ];

    private static readonly Gate NoMargin = Gate.Usual with { Margin = Margin.OfShare(0) };

    /// <summary>Sides that are alike, of independent runs in the order in which they were made.</summary>
    public SimulatedCell Alike(string shape, int first, int second) =>
        Count(
            "alike",
            shape,
            $"{first} + {second}",
            random => JudgedShift.OfTotal(NoMargin, Runs(random, shape, first), Runs(random, shape, second), Grain(shape), ordered: true)
        );

    /// <summary>Sides whose centres lie apart by the margin: "same" is wrong.</summary>
    public SimulatedCell AtTheMargin(string shape, int first, int second) =>
        Count(
            "at the margin",
            shape,
            $"{first} + {second}",
            random =>
                JudgedShift.OfTotal(
                    Gate.Usual,
                    Runs(random, shape, first),
                    [.. Runs(random, shape, second).Select(v => v * 1.02)],
                    Grain(shape),
                    ordered: true
                )
        );

    /// <summary>The larger side spread by 1 %, the smaller one by 10 %.</summary>
    public SimulatedCell UnequalSpread(int first, int second) =>
        Count(
            "unequal spread",
            "normal, 1 and 10 %",
            $"{first} + {second}",
            random => JudgedShift.OfTotal(NoMargin, Normal(random, first, 0.01), Normal(random, second, 0.1), 0, ordered: true)
        );

    /// <summary>Files that differ by 1 %, of sixty numbers that differ by 0.5 %.</summary>
    public SimulatedCell Files(int first, int second) => Count("files", "1 % between, 0.5 % within", $"{first} + {second}", random =>
        NumberComparison.Of(NoMargin, Side(random, first), Side(random, second), "s").Rows[0].Total);

    /// <summary>One autoregressive series, cut in two.</summary>
    public SimulatedCell Series(double rho, int aSide) => Count("series cut in two", $"AR {rho:0.0#}", $"{aSide} + {aSide}", random =>
    {
        double[] all = [.. Correlated(random, 2 * aSide, rho).Select(v => 100 * Math.Exp(0.01 * v))];
        return JudgedShift.OfTotal(NoMargin, all[..aSide], all[aSide..], 0, ordered: true);
    });

    /// <summary>One series that changes all along, cut in two.</summary>
    public SimulatedCell Trend(double change, double noise, int aSide) =>
        Count(
            "trend cut in two",
            $"{change:+0 %;-0 %}, noise {noise:0.0 %}",
            $"{aSide} + {aSide}",
            random =>
            {
                double[] all =
                [
                    .. Enumerable
                        .Range(0, 2 * aSide)
                        .Select(i => 800 * Math.Exp(Math.Log(1 + change) * i / (2.0 * aSide) + noise * Normal(random))),
                ];
                return JudgedShift.OfTotal(NoMargin, all[..aSide], all[aSide..], 0, ordered: true);
            }
        );

    /// <summary>Contrasts of pairs that resemble their neighbours.</summary>
    public SimulatedCell Pairs(double rho, int pairs) => Count("pairs", rho == 0 ? "independent" : $"AR {rho:0.0#}", $"{pairs}", random =>
        JudgedShift.OfPairs(NoMargin, [.. Correlated(random, pairs, rho).Select(v => 0.01 * v)], [100, 100], 0));

    /// <summary>A fifth of the new runs are twice as slow.</summary>
    public SimulatedCell Tail(double share, double factor, int first, int second) =>
        Count(
            "tail",
            $"{share:0 %} × {factor:0.##}",
            $"{first} + {second}",
            random =>
                JudgedShift.OfTotal(
                    Gate.Usual,
                    Normal(random, first, 0.01),
                    [.. Normal(random, second, 0.01).Select(v => random.NextDouble() < share ? v * factor : v)],
                    0,
                    ordered: true
                )
        );

    /// <summary>The new side is slower by so much; runs differ by 1 %.</summary>
    public SimulatedCell Shift(double shift, int aSide, bool ordered) =>
        Count(
            ordered ? "shift, order known" : "shift",
            $"{shift:+0.# %}",
            $"{aSide} + {aSide}",
            random =>
                JudgedShift.OfTotal(
                    NoMargin,
                    Normal(random, aSide, 0.01),
                    [.. Normal(random, aSide, 0.01).Select(v => v * (1 + shift))],
                    0,
                    ordered: ordered
                )
        );

    /// <summary>The same by the rule before the tail took its part of alpha: the 99 % interval of ranks.</summary>
    public SimulatedCell ShiftBefore(double shift, int aSide)
    {
        var random = new Random(Seed("shift", $"{shift:+0.# %}", $"{aSide} + {aSide}"));
        int found = 0;
        for (int i = 0; i < comparisons; i++)
        {
            double[] first = Normal(random, aSide, 0.01), second = [.. Normal(random, aSide, 0.01).Select(v => v * (1 + shift))];
            if (RankShift.Between([.. first.Select(v => Math.Log(v))], [.. second.Select(v => Math.Log(v))], 0.99).Above(0)) found++;
        }
        return new SimulatedCell("shift, 99 % interval of ranks", $"{shift:+0.# %}", $"{aSide} + {aSide}", comparisons, found, found, 0, 0);
    }

    private SimulatedCell Count(string kind, string shape, string sides, Func<Random, JudgedShift> judge)
    {
        var random = new Random(Seed(kind.StartsWith("shift", StringComparison.Ordinal) ? "shift" : kind, shape, sides));
        int centre = 0, worse = 0, better = 0, same = 0;
        for (int i = 0; i < comparisons; i++)
        {
            JudgedShift judged = judge(random);
            if (judged.Absolute.Above(0) || judged.Absolute.Below(0)) centre++;
            if (judged.Verdict == Verdict.Worse) worse++;
            if (judged.Verdict == Verdict.Better) better++;
            if (judged.Verdict == Verdict.Same) same++;
        }
        return new SimulatedCell(kind, shape, sides, comparisons, centre, worse, better, same);
    }

    /// <summary>FNV-1a: the hash of a string differs from process to process.</summary>
    private static int Seed(params ReadOnlySpan<string> words)
    {
        uint hash = 2_166_136_261;
        foreach (string word in words)
        {
            foreach (char c in word) hash = (hash ^ c) * 16_777_619;
        }
        return (int)(hash & int.MaxValue);
    }

    private static double Grain(string shape) => shape.StartsWith("grain", StringComparison.Ordinal) ? 26 : 0;

    private static double[] Runs(Random random, string shape, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Draw(random, shape))];

    private static double Draw(Random random, string shape) =>
        Array.IndexOf(Shapes, shape) switch
        {
            0 => 100 * (1 + 0.02 * Normal(random)),
            1 => 100 * Math.Exp(Normal(random)),
            2 => 100 / Math.Pow(1 - random.NextDouble(), 1 / 1.5),
            3 => 100 * (1 + 0.02 * Normal(random)) * (random.NextDouble() < 0.4 ? 1.4 : 1),
            4 => 100 * (1 + 0.02 * Normal(random)) * (random.NextDouble() < 0.05 ? 50 : 1),
            5 => Math.Round((1_000 + 10 * Normal(random)) / 26) * 26,
            6 => Math.Round((1_000 + 26 * Normal(random)) / 26) * 26,
            _ => throw new ArgumentException($"no shape {shape}", nameof(shape)),
        };

    private static double[] Normal(Random random, int count, double spread) =>
        [.. Enumerable.Range(0, count).Select(_ => 100 * Math.Exp(spread * Normal(random)))];

    private static double[] Correlated(Random random, int count, double rho)
    {
        var values = new double[count];
        double last = Normal(random) / Math.Sqrt(1 - rho * rho);
        for (int i = 0; i < count; i++)
        {
            values[i] = last;
            last = rho * last + Normal(random);
        }
        return values;
    }

    private static NumberFile[] Side(Random random, int files) =>
        [
            .. Enumerable
                .Range(0, files)
                .Select(i =>
                {
                    double level = 100 * Math.Exp(0.01 * Normal(random));
                    return new NumberFile(
                        $"{i}.txt",
                        [.. Enumerable.Range(0, 60).Select(_ => Math.Round(level * Math.Exp(0.005 * Normal(random)), 3))],
                        3
                    );
                }),
        ];

    /// <summary>Box and Muller.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

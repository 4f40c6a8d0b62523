using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Charts;

namespace ExitProf.Testing;

/// <summary>One chart of each kind, with figures like those of recorded traces.</summary>
public static class SampleCharts
{
    public const string Hostile = "<script>alert(1)</script> \"&'\u202Ea\u0001b\u001B[31mc\uD800 \U0001F600 שלום ]]>";

    private static readonly Estimate None = new(double.NaN, double.NaN, double.NaN);

    public static IReadOnlyList<(string Name, IChart Chart)> All { get; } =
    [
        ("waterfall", Waterfall()),
        ("two-waterfalls", new Waterfall([Panel("before", 1), Panel("after", 1.03)], 2600)),
        ("stacked", Stacked()),
        ("published", Published()),
        ("distribution", Curves()),
        ("quantiles", Quantiles()),
        ("forest", Forest()),
        ("sweep", Sweep()),
        ("fitted", Fitted()),
        ("amdahl", Work()),
        ("history", History()),
        ("blocks", SampleOverTime.Blocks()),
        ("latency", SampleOverTime.Latency()),
        ("reasons", SampleTrees.Reasons()),
        ("icicle", SampleTrees.Stages()),
        ("differential", SampleTrees.Moved()),
        ("hostile", new Waterfall([Panel(Hostile + new string('W', 10_000), 1) with { Subtitle = Hostile }], 0)),
    ];

    public static Waterfall Waterfall() => new([Panel("pio-out", 1)], 2600);

    private static WaterfallPanel Panel(string label, double factor)
    {
        var rows = ImmutableArray.CreateBuilder<WaterfallRow>();
        double at = 0;
        void Add(string name, string fill, double length, double probe, string value, string share)
        {
            var row = new WaterfallRow(name, fill, at, length * factor, probe, value, share, None, $"{name}: {value} cycles");
            rows.Add(row);
            at = row.End;
        }
        Add("exit", "exit", 1_429, 0, "1,429 ± 50", "2.2 %");
        Add("handler", "handler", 5_997, 1_239, "5,997 ± 75", "9.1 %");
        Add("pio-search", "pio-search", 1_912, 413, "≤1,912 ± 14", "2.9 %");
        Add("host-restore", "host-restore", 22_277, 1_239, "22,277 ± 191", "34.0 %");
        Add("userspace", "userspace", 30, 0, "30 ± 0", "0.0 %");
        Add("guest-reload+guest-entry", "reentry", 33_501, 826, "33,501 ± 240", "51.1 %");
        Add("not there", "reentry", double.NaN, double.NaN, "n/a", "");
        Add("incomplete", "residual", 503, 0, "+503", "0.8 %");
        Add("unattributed", "residual", -2_443, 0, "−2,443 ± 4,956", "−3.7 %");
        rows.Add(
            new WaterfallRow(
                "untraced",
                "total",
                0,
                65_541,
                0,
                "65,541 ± 1,144",
                "100.0 %",
                new Estimate(65_541, 64_397, 66_685),
                "untraced mean: 65,541 ± 1,144 cycles"
            )
        );
        rows.Add(new WaterfallRow("traced", "traced", 0, 72_343, 0, "72,343", "", None, "traced mean: 72,343 cycles"));
        return new WaterfallPanel(
            $"{label}: 65,541 cycles (25.2 µs) untraced",
            "AMD EPYC, Linux 6.18, KVM back-end pvm",
            "cycles",
            rows.ToImmutable()
        );
    }

    private static StackedBars Stacked()
    {
        string[] fills = ["exit", "handler+pio-search", "exit+handler+pio-search+host-restore", "userspace", "reentry"];
        FlatBar Bar(string label, double factor)
        {
            double at = 0;
            var stages = fills.Select(
                (fill, i) =>
                {
                    var row = new WaterfallRow(
                        fill,
                        fill,
                        at,
                        (i + 1) * 3_000 * factor,
                        0,
                        "",
                        "",
                        None,
                        $"{fill}: {(i + 1) * 3_000 * factor:N0} cycles"
                    );
                    at = row.End;
                    return row;
                }
            );
            return new FlatBar(label, $"{45_000 * factor:N0}", 44_000 * factor, [.. stages]);
        }
        return new StackedBars(
            "io-forms: 6 configurations on one scale",
            "AMD EPYC. Corrected stages in cycles, from left to right as an exit walks through them.",
            "cycles",
            "untraced mean",
            [
                Bar("operand=imm8,bytes=1", 1),
                Bar("operand=imm8,bytes=2", 1.1),
                Bar("operand=dx,bytes=1", 0.9),
                Bar("operand=dx,bytes=2", 1.2),
                Bar("operand=rep-string,bytes=4", 2),
                Bar("x", 0.2),
            ]
        );
    }

    private static PublishedBars Published() =>
        new(
            "pio-out, stage by stage, and Tosatti, KVM Forum 2010",
            "Shares of each whole: 212,632 cycles here (corrected stages), 10,400 in 2010.",
            "Tosatti, KVM Forum 2010",
            [
                new("exit", "exit", 0.01, "1 %, 2,054 cycles", 0.04, "4 %, 400 cycles"),
                new("handler", "handler", 0.13, "13 %, 27,844 cycles", 0.04, "4 %, 400 cycles"),
                new("host-restore", "host-restore", 0.26, "26 %, 55,639 cycles", 0.19, "19 %, 2,000 cycles"),
                new("userspace", "userspace", 0, "0 %, 32 cycles", 0.28, "28 %, 2,900 cycles"),
                new("guest-reload+guest-entry+guest-resume", "reentry", 0.6, "60 %, 125,000 cycles", 0.45, "45 %, 4,700 cycles"),
            ]
        );

    private static DistributionChart Curves()
    {
        DistributionCurve Curve(string name, string ink, double p50, bool strong = false) =>
            new(
                name,
                ink,
                strong,
                p50,
                $"{p50:N0}",
                DistributionCurve.Clip(
                    Enumerable
                        .Range(0, 101)
                        .Select(i => new CurvePoint(p50 * (0.9 + 0.2 * Math.Pow(i / 100.0, 3) + (i > 96 ? (i - 96) * 0.2 : 0)), i / 100.0))
                )
            );
        return new DistributionChart(
            "pio-out: distribution of the exits",
            "cycles",
            [
                Curve("exit", "exit-line", 1_378),
                Curve("handler", "handler-line", 7_161),
                Curve("pio-search", "pio-search-line", 2_287),
                Curve("host-restore", "host-restore-line", 23_267),
                Curve("userspace", "userspace-line", 28),
                Curve("guest-reload", "reentry-line", 12_960),
                Curve("guest-entry", "reentry-2-line", 20_929),
                Curve("guest-resume", "reentry-3-line", 2_955),
                Curve("traced total", "traced-line", 71_170, strong: true),
                Curve("untraced total", "total-line", 63_966, strong: true),
            ]
        );
    }

    private static QuantileShift Quantiles()
    {
        (string Name, double Value)[] shifts =
        [
            ("p10", 0.2),
            ("p25", 0.25),
            ("p50", 0.96),
            ("p75", 1.1),
            ("p90", 1.4),
            ("p99", 3.1),
            ("p99.9", -0.4),
        ];
        return new QuantileShift(
            "pio-out: how far each quantile moved",
            "New minus base in percent of the base, with 99.86 % intervals over groups of neighbouring quads; the error rate is divided by 7 quantiles.",
            2,
            [
                .. shifts.Select(s => new QuantilePoint(
                    s.Name,
                    new Interval(s.Value, s.Value - 0.6, s.Value + 0.6),
                    $"{s.Value:+0.00;−0.00} %",
                    $"{s.Name} {s.Value:+0.00;−0.00} % ({s.Value - 0.6:+0.00;−0.00} to {s.Value + 0.6:+0.00;−0.00} %)"
                )),
            ]
        );
    }

    private static ForestPlot Forest()
    {
        ForestRow Row(string name, double value, double half, double margin, Verdict verdict, bool strong = false) =>
            new(
                name,
                name,
                new Interval(value, value - half, value + half),
                new Interval(value, value - half * 0.6, value + half * 0.6),
                margin,
                verdict,
                $"{value:+#,0;−#,0}, {verdict.Words()}",
                strong
            );
        return new ForestPlot(
            "pio-out: shift of each stage",
            "Stages of pio-out in cycles, with 99.88 % intervals: the error rates are divided by 8 stages.",
            "cycles",
            0,
            [
                Row("exit", 12, 40, 208, Verdict.Same),
                Row("handler+pio-search", -310, 60, 208, Verdict.Better),
                Row("host-restore", 40, 300, 445, Verdict.CannotTell),
                Row("userspace", 1_855, 110, 208, Verdict.Worse),
                Row("untraced total", 1_870, 420, 3_888, Verdict.Same, strong: true),
            ]
        );
    }

    private static SweepCurve Sweep() => new("icache-many: sites with stride=64", "sites",
    [
        new("the whole exit, cycles more than with sites=256", "handler", Points(256, 900), null),
        new("the VMM (userspace), on a scale of its own", "userspace", Points(256, 40), null),
    ]);

    private static SweepCurve Fitted() =>
        new(
            "pio-search: devices",
            "devices",
            [
                new(
                    "the whole exit, cycles more than with devices=10",
                    "handler",
                    Points(10, 56),
                    new FittedLine(new Estimate(0.9, 0.7, 1.1), "0.9 ± 0.2 cycles for each one more")
                ),
            ]
        );

    private static ImmutableArray<SweepPoint> Points(double first, double step) =>
        [
            .. Enumerable
                .Range(0, 6)
                .Select(i => new SweepPoint(
                    first * Math.Pow(2, i),
                    new Estimate(i * step, i * step - step / 2, i * step + step / 2),
                    $"{first * Math.Pow(2, i):N0}: {i * step:+#,0;−#,0;0} ± {step / 2:N0}"
                )),
        ];

    private static AmdahlCurve Work() =>
        new(
            "mixed: guest work against exits",
            "Work per second, in per cent of that without exits (1,200 million instructions a second); line: Amdahl's, with 66,000 cycles an exit.",
            0.0943,
            [
                .. ((double[])[0.5, 5, 50, 150]).Select(r => new WorkPoint(
                    r,
                    1 / (1 + r * 0.0943),
                    $"{r:0.#} exits per million instructions: {100 / (1 + r * 0.0943):0.0} % of the work"
                )),
            ]
        );

    private static HistoryChart History()
    {
        var first = new DateTime(2026, 11, 1, 2, 0, 0, DateTimeKind.Utc);
        double Level(int i) =>
            i < 23 ? 63_966
            : i < 44 ? 65_885
            : 64_734;
        var points = Enumerable
            .Range(0, 61)
            .Select(i => new HistoryPoint(
                first.AddDays(i),
                Level(i) * (1 + 0.001 * (i * 37 % 11 - 5)) * (i == 60 ? 1.05 : 1),
                i == 60,
                $"{first.AddDays(i):yyyy-MM-dd HH:mm} c{i}"
            ));
        return new HistoryChart(
            "pio-out: 60 runs before, in the order of time",
            "One median for each run, in cycles. Step 1: +3.00 % between c22 (2026-11-23) and c23 (2026-11-24). Step 2: −1.75 % between c43 (2026-12-14) and c44 (2026-12-15).",
            0,
            [.. points],
            [new(23, 63_966, "63,966"), new(21, 65_885, "65,885"), new(16, 64_734, "64,734")]
        );
    }
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>A verdict needs quads that carry one.</summary>
public sealed class QuadJudgementTests
{
    private static ComparisonSummary Compare(int quads, Func<int, bool, double> median, int looks = 1, int blocksOfLast = 4)
    {
        var header = new TraceHeader(
            "pio-out",
            TraceSource.Vmm,
            Backend.Pvm,
            "long64-cpl3",
            true,
            "none",
            EventGroups.None,
            new TraceClock(2_000_000_000, 26),
            0,
            1,
            new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            [new Configuration("a", []), new Configuration("b", [])],
            []
        )
        {
            Looks = looks,
        };
        var analysis = new TraceAnalysis();
        var sides = new QuadAnalysis();
        foreach (ITraceSink sink in (ITraceSink[])[analysis, sides])
        {
            sink.Header(header);
            for (int i = 0, index = 0; i < quads; i++)
            {
                for (int place = 0; place < (i == quads - 1 ? blocksOfLast : 4); place++)
                {
                    bool changed = (place is 1 or 2) == (i % 2 == 0);
                    sink.Block(
                        new Block(
                            index,
                            changed ? 1 : 0,
                            EventGroups.None,
                            0,
                            false,
                            (ulong)index * 1000,
                            (ulong)index * 1000 + 900,
                            0,
                            0,
                            median(index, changed),
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            i
                        )
                    );
                    index++;
                }
            }
        }
        return QuadJudgement.Of(Gate.Usual, sides, analysis.Summarise("a.nettrace", 0, []));
    }

    private static double Noisy(int index, bool changed, double share) =>
        60_000 * (1 + (changed ? share : 0)) * (1 + 0.001 * Math.Sin(index * 12.9898));

    [Theory]
    [InlineData(0.0, Verdict.Same)]
    [InlineData(0.05, Verdict.Worse)]
    [InlineData(-0.05, Verdict.Better)]
    public void Quads_are_judged(double share, Verdict expected)
    {
        ComparisonSummary comparison = Compare(40, (i, changed) => Noisy(i, changed, share));
        Assert.Equal(expected, comparison.Verdict);
        Assert.Equal("quad", comparison.Rows[0].Kind);
        Assert.Equal(40, comparison.Rows[0].BaseRuns);
        Assert.InRange(comparison.Rows[0].Total.Percent.Value, share * 100 - 0.2, share * 100 + 0.2);
    }

    [Fact]
    public void Five_looks_have_a_fifth_of_the_error_rates_each()
    {
        JudgedShift total = Compare(40, (i, changed) => Noisy(i, changed, 0.05), looks: 5).Rows[0].Total;
        Assert.Equal((0.9992, 0.98), (Math.Round(total.Confidence, 9), Math.Round(total.EquivalenceConfidence, 9)));
    }

    [Fact]
    public void A_single_quad_cannot_tell_and_says_how_many_more_allow_an_interval()
    {
        ComparisonSummary comparison = Compare(1, (i, changed) => Noisy(i, changed, 0.5));
        Assert.Equal(Verdict.CannotTell, comparison.Verdict);
        Assert.Equal(8, comparison.MoreRuns);
        Assert.Contains(comparison.Findings, f => f.Id == "too-few-quads");
    }

    [Fact]
    public void Too_few_quads_for_the_wider_interval_are_not_the_same_by_the_narrower_one()
    {
        Assert.Equal(Verdict.CannotTell, Compare(8, (i, changed) => Noisy(i, changed, 0)).Verdict);
        Assert.Equal(Verdict.Same, Compare(9, (i, changed) => Noisy(i, changed, 0)).Verdict);
    }

    [Fact]
    public void Equal_values_are_the_same_to_the_grain_of_the_clock()
    {
        ComparisonSummary comparison = Compare(40, (_, _) => 60_000);
        Assert.Equal(Verdict.Same, comparison.Verdict);
        Assert.Equal(52, comparison.Rows[0].Total.Absolute.High - comparison.Rows[0].Total.Absolute.Low, 6);
        Assert.Contains(comparison.Findings, f => f.Id == "equal-values");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.PositiveInfinity)]
    public void A_quad_with_a_median_that_is_none_counts_on_neither_side(double broken)
    {
        ComparisonSummary comparison = Compare(40, (i, changed) => i == 9 ? broken : Noisy(i, changed, 0));
        Assert.Equal(39, comparison.Rows[0].BaseRuns);
        Assert.Equal(1, Assert.Single(comparison.Findings, f => f.Id == "incomplete-quads").Count);
        Assert.Equal(Verdict.Same, comparison.Verdict);
    }

    [Fact]
    public void A_quad_that_was_cut_counts_on_neither_side() =>
        Assert.Equal(39, Compare(40, (i, changed) => Noisy(i, changed, 0), blocksOfLast: 2).Rows[0].BaseRuns);

    [Fact]
    public void Without_any_quad_there_is_no_verdict()
    {
        ComparisonSummary comparison = Compare(0, (_, _) => 0);
        Assert.Equal(Verdict.CannotTell, comparison.Verdict);
        Assert.False(comparison.Rows[0].Total.Absolute.Exists);
    }

    [Fact]
    public void A_trace_that_is_no_comparison_is_refused() =>
        Assert.Contains(
            "is no comparison of two configurations",
            Assert.Throws<InputException>(() => Compare(40, (i, changed) => Noisy(i, changed, 0), looks: 0)).Message
        );
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

public sealed class NumberComparisonTests
{
    /// <summary>
    /// A kernel build on bhyve, with an instruction cache and without, in seconds: the runs of a report to the FreeBSD list.
    /// </summary>
    public static readonly double[] WithCache = [178.968, 177.009, 180.451, 175.902, 176.422];
    public static readonly double[] WithoutCache = [176.845, 177.051, 181.794, 177.340];

    public static NumberFile File(string name, int decimals, params double[] values) => new(name, [.. values], decimals);

    public static ComparisonSummary Compare(Gate gate, double[] first, double[] second, int decimals = 3) =>
        NumberComparison.Of(gate, [File("base.csv", decimals, first)], [File("new.csv", decimals, second)], "s");

    public static Gate At(double margin, double alpha = 0.01) => new(Margin.OfShare(margin), alpha, HigherIsBetter: false);

    [Fact]
    public void The_bhyve_runs_are_the_same_within_2_percent()
    {
        ComparisonSummary c = Compare(At(0.02), WithCache, WithoutCache);
        Assert.Equal(Verdict.Same, c.Verdict);
        Assert.Null(c.MoreRuns);
        JudgedShift t = c.Rows[0].Total;
        Assert.Equal(JudgedShift.ByWelch, t.Method);
        // SciPy 1.10.1: t.ppf with 5.7829 degrees of freedom on the logarithms.
        Assert.Equal(0.283307, t.Percent.Value, 4);
        Assert.Equal(-1.302017, t.Equivalence.Low, 4);
        Assert.Equal(1.894095, t.Equivalence.High, 4);
        // The same at 99.6 %, the centre's part of an alpha of 1 %.
        Assert.Equal(-3.415084, t.Percent.Low, 4);
        Assert.Equal(4.123315, t.Percent.High, 4);
        Assert.Contains(c.Findings, f => f is { Id: "few-runs", Severity: Severity.Info });
        Assert.Contains(c.Findings, f => f.Id == "not-interleaved");
    }

    [Fact]
    public void At_1_percent_the_bhyve_runs_cannot_tell_and_say_how_many_would()
    {
        ComparisonSummary c = Compare(At(0.01), WithCache, WithoutCache);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.InRange(c.MoreRuns!.Value, 20, 45);
        Assert.False(c.Rows[0].Total.ExceedsMargin);
    }

    [Fact]
    public void One_run_a_side_cannot_tell_whatever_the_margin()
    {
        foreach (double margin in (double[])[0, 0.01, 0.9])
        {
            ComparisonSummary c = Compare(At(margin), [13_900.60], [13_938.07], 2);
            Assert.Equal(Verdict.CannotTell, c.Verdict);
            Assert.Contains(c.Findings, f => f is { Id: "too-few-runs", Severity: Severity.Error });
            Assert.False(c.Rows[0].Total.Percent.Exists);
            Assert.Equal(37.47, c.Rows[0].Total.Absolute.Value, 2);
            Assert.Equal(new MoreUnits(4, 4), c.More!.Value with { LargestSpread = double.NaN });
        }
    }

    [Fact]
    public void A_margin_that_no_number_is_held_against_is_a_finding()
    {
        Gate gate = At(0.02) with
        {
            Rules =
            [
                new MarginRule(
                    "pio-out",
                    Margin.OfShare(0.01),
                    System.Collections.Immutable.ImmutableSortedDictionary<string, Margin>.Empty
                ),
            ],
        };
        foreach (
            ComparisonSummary c in (ComparisonSummary[])
                [Compare(gate, WithCache, WithoutCache), NumberComparison.OfPairs(gate, WithCache[..4], WithoutCache, 3, "s")]
        )
        {
            Assert.Contains("no comparison is named pio-out; there is none", Assert.Single(c.Findings, f => f.Id == "unused-margin").Text);
        }
    }

    [Fact]
    public void Equal_values_are_judged_as_soon_as_a_permutation_test_can()
    {
        ComparisonSummary few = Compare(At(0.02), [.. Enumerable.Repeat(5.0, 3)], [.. Enumerable.Repeat(6.0, 9)]);
        Assert.Equal(Verdict.CannotTell, few.Verdict);
        Assert.Contains(few.Findings, f => f is { Id: "no-spread", Severity: Severity.Error });
        Assert.Equal(new MoreUnits(1, 0), few.More!.Value with { LargestSpread = double.NaN });
        Assert.Equal(20, few.Rows[0].Total.Percent.Value, 9);

        ComparisonSummary enough = Compare(At(0.02), [.. Enumerable.Repeat(5.0, 6)], [.. Enumerable.Repeat(6.0, 6)]);
        Assert.Equal(Verdict.Worse, enough.Verdict);
        Assert.Equal(JudgedShift.ByPermutation, enough.Rows[0].Total.Method);
        // 2 of the 924 ways to deal out twelve values.
        Assert.Equal(2 / 924.0, enough.Rows[0].Total.Chance, 12);
        Assert.Equal(0.002, enough.Rows[0].Total.Absolute.High - enough.Rows[0].Total.Absolute.Low, 9);
        Assert.Equal(Verdict.Same, Compare(At(0.02), [.. Enumerable.Repeat(5.0, 6)], [.. Enumerable.Repeat(5.0, 6)]).Verdict);
    }

    [Fact]
    public void A_copy_of_the_base_cannot_tell()
    {
        ComparisonSummary c = Compare(At(0.02), WithCache, WithCache);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.Contains(c.Findings, f => f.Id == "same-data");
    }

    [Fact]
    public void Enough_runs_are_judged_by_ranks()
    {
        double[] first = [.. Enumerable.Range(0, 8).Select(i => 100 + 0.1 * i)],
            second = [.. Enumerable.Range(0, 9).Select(i => 110 + 0.1 * i)];
        ComparisonSummary c = Compare(At(0.02), first, second);
        JudgedShift t = c.Rows[0].Total;
        Assert.Equal(JudgedShift.ByRanks, t.Method);
        Assert.Equal(Verdict.Worse, t.Verdict);
        Assert.True(t.ExceedsMargin);
        Assert.Equal(Verdict.Better, Compare(At(0.02), second, first).Verdict);
        Assert.Equal(Verdict.Better, Compare(At(0.02) with { HigherIsBetter = true }, first, second).Verdict);
        Assert.DoesNotContain(c.Findings, f => f.Id == "few-runs");
        // Worse, but not by more than 15 %.
        Assert.Equal(Verdict.Same, Compare(At(0.15), first, second).Verdict);
        Assert.False(Compare(At(0.10), first, second).Rows[0].Total.ExceedsMargin);
    }

    [Fact]
    public void Absolute_margins_are_in_the_unit_of_the_numbers()
    {
        Gate seconds = At(0) with { Margin = Margin.OfAmount(3.6, "s") };
        Assert.Equal(Verdict.Same, Compare(seconds, WithCache, WithoutCache).Verdict);
        Assert.Equal(Verdict.CannotTell, Compare(seconds with { Margin = Margin.OfAmount(1.8, "s") }, WithCache, WithoutCache).Verdict);
    }

    [Fact]
    public void No_interval_is_narrower_than_the_last_digit_allows()
    {
        // Whole seconds, nearly all the same: ranks alone would give an interval without width.
        double[] first = [13, 13, 13, 13, 13, 13, 13, 13, 14], second = [13, 13, 13, 13, 13, 13, 13, 13, 13];
        JudgedShift t = Compare(At(0.001), first, second, decimals: 0).Rows[0].Total;
        Assert.True(t.Percent.High - t.Percent.Low >= 100 / 3.0 / 13.1);
        Assert.Equal(Verdict.CannotTell, t.Verdict);
    }

    [Theory]
    [InlineData("1.5\n\n# comment\n 2 \r\n1e3\n", new[] { 1.5, 2, 1000 }, 1)]
    [InlineData("1.25e-3\n", new[] { 0.00125 }, 5)]
    public void Numbers_are_read_one_a_line(string text, double[] expected, int decimals)
    {
        Metric metric = NumberFormats.Read(NumberText.Read("a.csv", new StringReader(text))).Metrics.Single();
        Assert.Equal(expected, metric.Values);
        Assert.Equal(decimals, metric.Decimals);
    }

    [Theory]
    [InlineData("", "holds no number")]
    [InlineData("# only a comment\n", "holds no number")]
    [InlineData("1\nNaN\n", "Line 2 of a.csv is 'NaN'")]
    [InlineData("1\n-Infinity\n", "Line 2")]
    [InlineData("1e999\n", "finite")]
    [InlineData("13,900.60\n", "is not a number: '13,900.60'")]
    [InlineData("5 apples\n", "is not a number")]
    [InlineData("1;2\n", "is not a number")]
    [InlineData("0x10\n", "is not a number")]
    public void Anything_else_is_refused_with_the_line(string text, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<InputException>(() => NumberFormats.Read(NumberText.Read("a.csv", new StringReader(text)))).Message
        );
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>What few runs in a known order say of their order, and pairs of numbers that have no logarithm.</summary>
public sealed class OrderOfRunsTests
{
    private const int Comparisons = 2000;

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(20)]
    public void Independent_runs_are_called_serial_or_drifting_about_as_often_as_chance_asks(int runs)
    {
        var random = new Random(runs);
        int serial = 0, drifting = 0, told = 0;
        for (int i = 0; i < Comparisons; i++)
        {
            double[] first = Values(runs), second = Values(runs);
            ComparisonSummary c = NumberComparison.Of(Gate.Usual, [new NumberFile("base.csv", [.. first], 6)],
                [new NumberFile("new.csv", [.. second], 6)], "s");
            if (c.Findings.Any(f => f.Id == "correlated-runs")) serial++;
            if (c.Findings.Any(f => f.Id == "drift")) drifting++;
            if (c.Findings.Any(f => f.Id is "order-not-judged")) told++;
        }
        // The levels are 1 % for neighbours (one side of a normal law, which ten values do not quite have) and 0.5 % for each trend.
        Assert.True(serial <= 0.02 * Comparisons, $"{serial} of {Comparisons} are called serial.");
        Assert.True(drifting <= 0.02 * Comparisons, $"{drifting} of {Comparisons} are called drifting.");
        TestContext.Current.SendDiagnosticMessage($"{runs} runs: {serial} serial, {drifting} drifting, {told} too few to tell.");

        double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => 100 + Normal())];
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(40)]
    public void A_smooth_curve_that_goes_on_from_side_to_side_is_a_drift(int aSide)
    {
        // A machine that warms up, and a counter that grows: nothing but their curve is in them.
        double[][] curves =
        [
            [.. Enumerable.Range(0, 2 * aSide).Select(i => 100 + 50 * Math.Exp(-i / (double)aSide))],
            [.. Enumerable.Range(0, 2 * aSide).Select(i => 1000.0 + i)],
        ];
        foreach (double[] curve in curves)
        {
            ComparisonSummary c = NumberComparison.Of(Gate.Usual, [new NumberFile("base.csv", [.. curve[..aSide]], 6)],
                [new NumberFile("new.csv", [.. curve[aSide..]], 6)], "s");
            Assert.Contains(c.Findings, f => f.Id == "drift");
            Assert.True(c.Verdict is Verdict.CannotTell, $"{aSide}: {c.Verdict}");
        }
    }

    [Fact]
    public void Runs_that_resemble_their_neighbours_are_still_called_so()
    {
        var random = new Random(3);
        double[] Walk()
        {
            double at = 0;
            return [.. Enumerable.Range(0, 40).Select(_ => 1000 + (at = 0.9 * at + random.NextDouble() - 0.5))];
        }
        ComparisonSummary c = NumberComparison.Of(Gate.Usual, [new NumberFile("base.csv", [.. Walk()], 6)],
            [new NumberFile("new.csv", [.. Walk()], 6)], "s");
        Assert.Contains(c.Findings, f => f.Id is "correlated-runs" or "drift");
    }

    [Fact]
    public void Pairs_of_numbers_from_0_on_are_judged_by_an_amount()
    {
        double[] zeros = [.. Enumerable.Range(0, 12).Select(i => i % 3 * 0.1 - 0.1)],
            twelves = [.. zeros.Select((z, i) => z + 12 + i % 2 * 0.1)];
        Gate gate = Gate.Usual with { Margin = Margin.OfAmount(1, "units") };
        ComparisonSummary worse = NumberComparison.OfPairs(gate, zeros, twelves, 1, "units");
        Assert.Equal(Verdict.Worse, worse.Verdict);
        Assert.Equal(12, worse.Rows[0].Total.Absolute.Value, 0.11);
        Assert.True(double.IsNaN(worse.Rows[0].Total.Percent.Value));
        ComparisonSummary alike = NumberComparison.OfPairs(gate, zeros, [.. zeros.Select((z, i) => z + i % 2 * 0.1)], 1, "units");
        Assert.NotEqual(Verdict.Worse, alike.Verdict);
        Assert.NotEqual(Verdict.Better, alike.Verdict);
    }
}

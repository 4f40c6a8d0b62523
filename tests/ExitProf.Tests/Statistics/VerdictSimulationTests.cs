using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>
/// A slice of what tests/verdicts.sh simulates: false alarms no more often than alpha allows (a binomial count stays within the bound in
/// 999 of 1,000 cases), and a gate that still sees what it should.
/// </summary>
public sealed class VerdictSimulationTests
{
    private const int Slice = 300;

    /// <summary>How many comparisons of each kind, if it is not the slice; tests/verdicts.sh asks for 10,000.</summary>
    private const string Variable = "EXITPROF_SIMULATIONS";

    /// <summary>Where the table of all kinds goes.</summary>
    private const string TableVariable = "EXITPROF_SIMULATION_TABLE";

    private static readonly VerdictSimulation Few = new(Slice);

    [Theory]
    [InlineData(4, 4)]
    [InlineData(8, 8)]
    [InlineData(40, 40)]
    [InlineData(20, 2)]
    [InlineData(40, 3)]
    [InlineData(4, 20)]
    [InlineData(100, 8)]
    public void Alike_sides_are_told_apart_no_more_often_than_alpha_allows(int first, int second)
    {
        foreach (string shape in VerdictSimulation.Shapes) Within(Few.Alike(shape, first, second));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 2)]
    public void Runs_in_two_modes_are_no_shift_however_few_they_are(int first, int second) =>
        Within(Few.Alike("bimodal, 60/40, +40 %", first, second));

    [Theory]
    [InlineData(20, 8)]
    [InlineData(40, 8)]
    public void Unequal_spread_makes_no_shift_of_the_centre(int first, int second)
    {
        // That the side that is spread more widely has the worse tail is true.
        SimulatedCell cell = Few.UnequalSpread(first, second);
        Assert.InRange(cell.Centre, 0, Bound(Slice, Gate.Usual.Alpha));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(8, 3)]
    public void Files_are_runs_and_alike_ones_are_told_apart_no_more_often_than_alpha_allows(int first, int second) =>
        Within(Few.Files(first, second));

    [Theory]
    [InlineData(0.6, 9)]
    [InlineData(0.6, 20)]
    [InlineData(0.3, 40)]
    public void Pairs_that_resemble_their_neighbours_make_no_more_false_alarms(double rho, int pairs) => Within(Few.Pairs(rho, pairs));

    [Theory]
    [InlineData(0.3, 8)]
    [InlineData(0.5, 20)]
    [InlineData(0.8, 40)]
    [InlineData(0.95, 20)]
    [InlineData(0.6, 5)]
    [InlineData(0.8, 5)]
    [InlineData(0.95, 4)]
    [InlineData(0.3, 30)]
    [InlineData(0.15, 50)]
    public void A_series_that_is_cut_in_two_makes_no_more_false_alarms(double rho, int aSide) => Within(Few.Series(rho, aSide));

    [Theory]
    [InlineData(-0.15, 0.003, 20)]
    [InlineData(0.05, 0.003, 12)]
    public void A_trend_that_is_cut_in_two_is_no_shift(double change, double noise, int aSide)
    {
        SimulatedCell cell = Few.Trend(change, noise, aSide);
        Assert.InRange(cell.Alarms, 0, 3);
        Assert.Equal(0, cell.Same);
    }

    [Fact]
    public void A_tail_of_a_fifth_is_found_in_nine_cases_of_ten_from_seventy_runs_on()
    {
        Assert.InRange(Few.Tail(0.2, 2, 70, 70).Worse, 0.86 * Slice, Slice);
        Assert.InRange(Few.Tail(1 / 3.0, 2, 40, 40).Worse, 0.86 * Slice, Slice);
        // And no exact test finds it at thirty: then "same" says so.
        Assert.InRange(Few.Tail(0.2, 2, 30, 30).Worse, 0, 0.6 * Slice);
    }

    [Fact]
    public void Same_at_the_margin_is_said_in_one_case_of_twenty_at_the_most()
    {
        foreach ((int first, int second) in ((int, int)[])[(20, 2), (40, 3), (8, 8), (40, 8)])
        {
            Assert.InRange(Few.AtTheMargin(VerdictSimulation.Shapes[0], first, second).Same, 0, Bound(Slice, 0.05));
        }
    }

    [Fact]
    public void A_shift_of_one_percent_takes_no_more_than_a_fifth_more_runs_than_before()
    {
        // The tail's part of alpha costs most of that, the look at neighbours the rest.
        const int Comparisons = 1000;
        var many = new VerdictSimulation(Comparisons);
        SimulatedCell before = many.ShiftBefore(0.01, 30), now = many.Shift(0.01, 36, ordered: true);
        Assert.InRange(now.Worse, before.Worse - 0.03 * Comparisons, Comparisons);
    }

    [Fact]
    public void The_table_of_the_statistics_page_is_made_where_it_is_asked_for()
    {
        if (Environment.GetEnvironmentVariable(TableVariable) is not { Length: > 0 } file)
            return;
        var simulation = new VerdictSimulation(
            int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "10000", CultureInfo.InvariantCulture)
        );
        // Row by row: what hours have made stays if the run is ended.
        File.WriteAllText(file, TableHead);
        foreach (SimulatedCell cell in All(simulation)) File.AppendAllText(file, Row(cell));
    }

    private static IEnumerable<SimulatedCell> All(VerdictSimulation s)
    {
        foreach (string shape in VerdictSimulation.Shapes)
        {
            foreach (int n in (int[])[2, 3, 4, 5, 7, 8, 10, 20, 40, 100]) yield return s.Alike(shape, n, n);
            foreach (int few in (int[])[2, 3, 4, 5, 8])
            {
                foreach (int many in ((int[])[8, 20, 40, 100]).Where(m => m > few)) yield return s.Alike(shape, many, few);
            }
        }
        foreach ((int first, int second) in ((int, int)[])[(20, 8), (40, 8), (60, 8)])
            yield return s.UnequalSpread(first, second);
        foreach ((int first, int second) in ((int, int)[])[(3, 3), (5, 5), (8, 8), (20, 20), (8, 3), (20, 4)])
            yield return s.Files(first, second);
        foreach (double rho in (double[])[0, 0.3, 0.6, 0.8])
        {
            foreach (int pairs in (int[])[9, 12, 20, 40, 100]) yield return s.Pairs(rho, pairs);
        }
        foreach (double rho in (double[])[0.15, 0.3, 0.5, 0.8, 0.95])
        {
            foreach (int n in (int[])[4, 5, 6, 8, 12, 15, 20, 26, 30, 34, 40, 50, 100]) yield return s.Series(rho, n);
        }
        foreach (int n in (int[])[8, 12, 20, 40]) yield return s.Trend(-0.15, 0.003, n);
        foreach (int n in (int[])[30, 40, 50, 70, 100]) yield return s.Tail(0.2, 2, n, n);
        foreach (int n in (int[])[30, 40]) yield return s.Tail(1 / 3.0, 2, n, n);
        yield return s.Tail(0.2, 100, 40, 40);
        yield return s.Tail(0.1, 3, 100, 100);
        yield return s.Tail(0.1, 3, 400, 400);
        yield return s.Tail(0.05, 10, 400, 400);
        foreach ((int first, int second) in ((int, int)[])[(20, 2), (40, 2), (40, 3), (20, 4), (8, 8), (20, 20), (40, 8)])
            yield return s.AtTheMargin(VerdictSimulation.Shapes[0], first, second);
        foreach (int n in (int[])[26, 28, 30, 32, 34])
        {
            yield return s.ShiftBefore(0.01, n);
            yield return s.Shift(0.01, n, ordered: false);
            yield return s.Shift(0.01, n, ordered: true);
        }
    }

    private const string TableHead =
        "| what | data | runs | comparisons | centre excludes 0 | worse | better | same |\n|---|---|---|---:|---:|---:|---:|---:|\n";

    private static string Row(SimulatedCell c)
    {
        string Share(int count) => (100.0 * count / c.Comparisons).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {c.Kind} | {c.Shape} | {c.Sides} | {c.Comparisons} | {Share(c.Centre)} | {Share(c.Worse)} | {Share(c.Better)} | {Share(c.Same)} |\n"
        );
    }

    private static void Within(SimulatedCell cell) =>
        Assert.True(
            cell.Alarms <= Bound(cell.Comparisons, Gate.Usual.Alpha),
            $"{cell.Kind}, {cell.Shape}, {cell.Sides}: {cell.Alarms} false alarms of {cell.Comparisons}"
        );

    /// <summary>The count that a binomial one exceeds in one case of a thousand.</summary>
    private static int Bound(int comparisons, double chance)
    {
        double probability = Math.Pow(1 - chance, comparisons), sum = probability;
        int count = 0;
        while (sum < 0.999)
        {
            probability *= (comparisons - count) / (count + 1.0) * chance / (1 - chance);
            sum += probability;
            count++;
        }
        return count;
    }
}

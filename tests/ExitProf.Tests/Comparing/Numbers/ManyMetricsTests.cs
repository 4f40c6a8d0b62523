using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Comparing;

/// <summary>A comparison of many metrics says once what holds of many of them.</summary>
public sealed class ManyMetricsTests
{
    private static ComparisonSummary Compare(string first, string second) =>
        MetricComparison.Of(Gate.Usual, MeasuredSides.Of([Text(first)], [Text(second)]), "", null, acrossHosts: false);

    private static NumberText Text(string text) => NumberText.Read("a.txt", new StringReader(text));

    [Theory]
    [InlineData("4 runs: 3.9 times as wide.", "4 runs: 5.6 times as wide.", "4 runs: 3.9 to 5.6 times as wide.")]
    [InlineData("(p = 0.080)", "(p = 1.000)", "(p = 0.080 to 1.000)")]
    [InlineData("It takes 1,200 more.", "It takes 44 more.", "It takes 44 to 1,200 more.")]
    public void Sentences_that_differ_in_numbers_become_one_with_the_least_and_the_greatest(string one, string other, string merged)
    {
        Assert.Equal(SameWords.Of(one), SameWords.Of(other));
        Assert.Equal(merged, SameWords.Merged([one, other]));
    }

    [Theory]
    [InlineData("run-1.txt drifts", "run-2.txt drifts")]
    [InlineData("size=64 drifts", "size=128 drifts")]
    [InlineData("1 run is short", "2 runs are short")]
    public void Names_and_other_words_are_kept_apart(string one, string other) => Assert.NotEqual(SameWords.Of(one), SameWords.Of(other));

    [Fact]
    public void What_each_metric_needs_is_said_from_the_least_to_the_greatest_and_of_which_it_is_not_known()
    {
        int[] order = [3, 0, 5, 1, 4, 2];
        string Rows(string name, double centre, double step) =>
            string.Concat(order.Select(i => FormattableString.Invariant($"{name} {centre + step * i} ns\n")));
        ComparisonSummary c = Compare(
            Rows("wide", 100, 9) + Rows("narrow", 100, 2) + "equal 7 ns\nequal 7 ns\n",
            Rows("wide", 103, 9) + Rows("narrow", 104, 2) + "equal 7 ns\nequal 7 ns\n");
        Assert.Matches(
            @"^[\d,]+ \(narrow\) to [\d,]+ \(wide\) more runs on each side would decide 2 of 3 rows, with four chances in five, if shift and spread "
                + "are as they were seen. How much runs differ is not known yet of equal.$",
            new VerdictPage(c).Needs);
    }

    [Fact]
    public void Runs_that_are_too_few_to_tell_whether_they_resemble_their_neighbours_do_not_ask_for_as_many_as_if_they_did()
    {
        // Six runs a side in no order to speak of: the interval is several times as wide, but that of forty runs would not be.
        double[] first = [100, 108, 104, 110, 102, 106], second = [.. first.Select(v => v + 8)];
        JudgedShift t = Compare(string.Join('\n', first), string.Join('\n', second)).Rows[0].Total;
        Assert.Equal(Verdict.CannotTell, t.Verdict);
        Assert.InRange(t.More!.Value.Most, 1, 40);
    }

    [Fact]
    public void The_tails_of_many_metrics_share_a_sentence_and_runs_of_one_value_have_none()
    {
        string Rows(int seed) =>
            string.Concat(Enumerable.Range(0, 72).Select(i => $"m{i / 6} {1000 + (i % 6 * 7 + i / 6 * seed) % 11}\n"))
            + string.Concat(Enumerable.Repeat("count 4\n", 6));
        string tails = string.Join("\n", new VerdictPage(Compare(Rows(3), Rows(5))).Tails);
        Assert.StartsWith("Tails of m1, m2, m3, m4, m5, m6, m7, m8, m9, m10: not judged; the least likely has p = ", tails);
        Assert.InRange(tails.Split('\n').Length, 1, 3);
        Assert.DoesNotContain("count", tails);
    }
}

using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Comparing;

/// <summary>Numbers in the shape of public reports, each with its right answer, and others of the same kinds.</summary>
public sealed class FieldNumbersTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures/numbers");

    private static ComparisonSummary Compare(string[] first, string[] second, Gate? gate = null, bool exact = false, bool pool = false) =>
        NumberComparison.Of(gate ?? Gate.Usual, [.. first.Select(Read)], [.. second.Select(Read)], "", exact, pool);

    private static NumberFile Read(string name)
    {
        Metric metric = NumberFormats.ReadPlain(NumberText.Read(Path.Combine(Folder, name + ".txt")));
        return new NumberFile(name + ".txt", metric.Values, metric.Decimals);
    }

    private static ComparisonSummary Compare(double[] first, double[] second, Gate? gate = null, int decimals = 4) =>
        NumberComparisonTests.Compare(gate ?? Gate.Usual, first, second, decimals);

    private static string Words(ComparisonSummary comparison)
    {
        using var writer = new StringWriter();
        VerdictText.Write(writer, comparison);
        return writer.ToString().ReplaceLineEndings(" ");
    }

    private static double[] Around(int seed, double centre, int count, Func<Random, double> factor)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    Math.Round(
                        centre * (1 + 0.01 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)) * factor(random),
                        4
                    )
                ),
        ];
    }

    [Fact]
    public void Every_fifth_run_a_hundred_times_as_slow_is_worse_in_the_tail()
    {
        JudgedShift t = Compare(["tail-base"], ["tail-new"]).Rows[0].Total;
        Assert.Equal((Verdict.Worse, Verdict.Same, "tail"), (t.Verdict, t.Centre, t.DecidedBy));
        Assert.Equal((0, 8), (t.Tail!.BaseBeyond, t.Tail.NewBeyond));
        // 2 × C(40, 8) / C(80, 8).
        Assert.Equal(0.0053, t.Tail.Chance, 4);
        Assert.Equal(99.0468, t.Tail.Threshold, 6);
        JudgedShift back = Compare(["tail-new"], ["tail-base"]).Rows[0].Total;
        Assert.Equal((Verdict.Better, "tail"), (back.Verdict, back.DecidedBy));
    }

    [Theory]
    [InlineData(40, 3, 2.0)]
    [InlineData(45, 4, 10.0)]
    [InlineData(60, 5, 1.3)]
    public void A_second_mode_is_worse_though_the_centre_is_the_same(int runs, int everyNth, double factor)
    {
        double[] old = Around(1, 100, runs, _ => 1), changed = Around(2, 100, runs, _ => 1);
        for (int i = 0; i < runs; i += everyNth) changed[(i * 7 + 3) % runs] *= factor;
        JudgedShift t = Compare(old, changed).Rows[0].Total;
        Assert.Equal((Verdict.Worse, "tail"), (t.Verdict, t.DecidedBy));
        // A rate has its tail at the other end.
        Gate rate = Gate.Usual with { HigherIsBetter = true };
        JudgedShift slow = Compare([.. old.Select(v => 10_000 / v)], [.. changed.Select(v => 10_000 / v)], rate).Rows[0].Total;
        Assert.Equal((Verdict.Worse, "tail"), (slow.Verdict, slow.DecidedBy));
    }

    [Theory]
    [InlineData(400, 0.1, 3.0)]
    [InlineData(1000, 0.05, 10.0)]
    public void A_tail_of_fewer_than_a_fifth_is_found_where_there_are_many_runs(int runs, double share, double factor)
    {
        double[] old = Around(1, 100, runs, _ => 1), changed = Around(2, 100, runs, r => r.NextDouble() < share ? factor : 1);
        Assert.Equal((Verdict.Worse, "tail"), (Compare(old, changed).Rows[0].Total.Verdict, Compare(old, changed).Rows[0].Total.DecidedBy));
        Assert.Equal(Verdict.Better, Compare(changed, old).Verdict);
        Assert.Equal(Verdict.Same, Compare(old, Around(3, 100, runs, _ => 1)).Verdict);
    }

    [Fact]
    public void Runs_that_are_far_better_than_all_others_are_a_finding()
    {
        double[] old = Around(1, 100, 40, _ => 1), changed = Around(2, 100, 40, _ => 1);
        for (int i = 0; i < 40; i += 4) changed[(i * 7 + 3) % 40] /= 100;
        ComparisonSummary c = Compare(old, changed);
        Assert.Equal(Verdict.Same, c.Verdict);
        Assert.Contains("8 are of the new side and 0 of the base", Assert.Single(c.Findings, f => f.Id == "best-runs-differ").Text);
        Assert.DoesNotContain(Compare(old, Around(3, 100, 40, _ => 1)).Findings, f => f.Id == "best-runs-differ");
    }

    [Fact]
    public void Two_or_three_runs_a_side_decide_nothing_that_a_second_mode_would_look_like()
    {
        ComparisonSummary two = Compare([100.0, 100.1], [140.0, 140.1]), three = Compare([100.0, 100.1, 99.9], [140.0, 140.1, 140.2]);
        Assert.Equal((Verdict.CannotTell, Verdict.CannotTell), (two.Verdict, three.Verdict));
        Assert.Contains("12.5 %", Assert.Single(two.Findings, f => f.Id == "second-mode-hidden").Text);
        Assert.Contains("3.1 %", Assert.Single(three.Findings, f => f.Id == "second-mode-hidden").Text);
        Assert.Equal((1, 1), (three.More!.Value.Base, three.More.Value.New));
        ComparisonSummary four = Compare([100.0, 100.1, 99.9, 100], [140.0, 140.1, 140.2, 140]);
        Assert.Equal(Verdict.Worse, four.Verdict);
        Assert.DoesNotContain(four.Findings, f => f.Id == "second-mode-hidden");
        // Seven of one side and two of the other lie so in 0.9 % of the cases.
        Assert.Equal(Verdict.Worse, Compare([100.0, 100.1, 99.9, 100, 100.2, 99.8, 100.1], [140.0, 140.1]).Verdict);
        // Sides that do not lie apart say nothing of modes.
        Assert.DoesNotContain(Compare([100.0, 101], [100.5, 102]).Findings, f => f.Id == "second-mode-hidden");
    }

    [Fact]
    public void Who_asks_for_two_or_three_runs_says_that_they_have_one_mode()
    {
        Gate asked = Gate.Usual with { LeastRuns = 3, OneMode = true };
        ComparisonSummary three = Compare([100.0, 100.1, 99.9], [140.0, 140.1, 140.2], asked);
        Assert.Equal(Verdict.Worse, three.Verdict);
        Assert.Contains("3.1 %", Assert.Single(three.Findings, f => f.Id == "second-mode-hidden").Text);
        // At 5 % three a side are enough.
        Gate loose = Gate.Usual with { Alpha = 0.05 };
        Assert.Equal(Verdict.Worse, Compare([100.0, 100.1, 99.9], [140.0, 140.1, 140.2], loose).Verdict);
    }

    [Fact]
    public void A_share_of_nothing_is_no_margin_and_says_so()
    {
        double[] nothing = [0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Contains("give an amount", Assert.Single(Compare(nothing, nothing).Findings, f => f.Id == "share-of-nothing").Text);
    }

    [Fact]
    public void A_shift_within_the_margin_makes_no_tail()
    {
        JudgedShift t = Compare(Around(1, 100, 60, _ => 0.99), Around(2, 100, 60, _ => 1)).Rows[0].Total;
        Assert.Equal((Verdict.Same, Verdict.Same), (t.Verdict, t.Tail!.Verdict));
    }

    [Fact]
    public void Runs_too_few_for_a_tail_are_the_same_and_say_how_many_would_judge_it()
    {
        ComparisonSummary c = Compare(Around(1, 100, 30, _ => 1), Around(2, 100, 30, _ => 1));
        Assert.Equal(Verdict.Same, c.Verdict);
        Assert.Contains("20 more of the base and 20 more of the new side", Assert.Single(c.Findings, f => f.Id == "tail-not-judged").Text);
        Assert.DoesNotContain(Compare(Around(1, 100, 50, _ => 1), Around(2, 100, 50, _ => 1)).Findings, f => f.Id == "tail-not-judged");
    }

    [Fact]
    public void A_count_that_is_equal_in_every_run_and_doubled_is_worse()
    {
        JudgedShift t = Compare(["counter-base"], ["counter-new"]).Rows[0].Total;
        Assert.Equal((Verdict.Worse, JudgedShift.ByPermutation), (t.Verdict, t.Method));
        Assert.Equal(100, t.Percent.Value, 9);
        Assert.Equal(1.45e-11, t.Chance, 13);
        Assert.True(t.Absolute.Exists);
        Assert.Equal(Verdict.Same, Compare(["counter-base"], ["counter-base"]).Verdict);
        Assert.Equal(Verdict.Better, Compare(["counter-new"], ["counter-base"]).Verdict);
    }

    [Fact]
    public void Exact_values_need_one_of_each_side_and_have_no_interval()
    {
        NumberFile One(string name, double value) => new(name, [value], 0);
        ComparisonSummary c = NumberComparison.Of(Gate.Usual, [One("a.txt", 12_000)], [One("b.txt", 12_400)], "instructions", exact: true);
        JudgedShift t = c.Rows[0].Total;
        Assert.Equal((Verdict.Worse, "exact", "value"), (t.Verdict, t.DecidedBy, c.Rows[0].Kind));
        Assert.Equal(new Interval(400, 400, 400), t.Absolute);
        Assert.True(double.IsNaN(t.Confidence));
        Assert.Equal(
            Verdict.Same,
            NumberComparison.Of(Gate.Usual, [One("a.txt", 12_000)], [One("b.txt", 12_100)], "", exact: true).Verdict
        );
        Assert.Contains(
            "values that differ are not exact",
            Assert.Throws<InputException>(() => Compare(["tail-base"], ["counter-new"], exact: true)).Message
        );
    }

    [Fact]
    public void Times_of_two_values_keep_their_verdict_and_no_interval_is_narrower_than_their_digit()
    {
        double[] old = [.. Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? 0.13 : 0.12)],
            changed = [.. Enumerable.Range(0, 12).Select(i => i % 3 == 1 ? 0.15 : 0.16)];
        JudgedShift t = Compare(old, changed, decimals: 2).Rows[0].Total;
        Assert.Equal(Verdict.Worse, t.Verdict);
        Assert.True(t.Absolute.High - t.Absolute.Low >= 0.01);
    }

    [Fact]
    public void Several_files_a_side_are_clusters_and_cannot_tell_what_their_pool_would()
    {
        string[] first = ["pooled-a0", "pooled-a1", "pooled-a2"], second = ["pooled-b0", "pooled-b1", "pooled-b2"];
        ComparisonSummary c = Compare(first, second);
        Assert.Equal((Verdict.CannotTell, "file", 3), (c.Verdict, c.Rows[0].Kind, c.Rows[0].NewRuns));
        Assert.Contains("95 % of the spread lies between the files", Assert.Single(c.Findings, f => f.Id == "files-are-runs").Text);
        // Who knows that they may takes each number as a run.
        Assert.Equal(Verdict.Worse, Compare(first, second, pool: true).Verdict);
        // As soon as one side has several files, a file is a run on both.
        ComparisonSummary one = Compare(first[..1], second);
        Assert.Equal(Verdict.CannotTell, one.Verdict);
        Assert.Contains(one.Findings, f => f.Id == "too-few-runs");
    }

    [Fact]
    public void The_tail_within_files_is_judged_file_by_file()
    {
        var random = new Random(5);
        NumberFile[] Side(double share) =>
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(i => new NumberFile($"{i}", [.. Around(random.Next(), 100, 60, r => r.NextDouble() < share ? 3 : 1)], 4)),
            ];
        JudgedShift t = NumberComparison.Of(Gate.Usual, Side(0), Side(0.25), "").Rows[0].Total;
        Assert.Equal((Verdict.Worse, Verdict.Same, JudgedTail.ByQuantile), (t.Verdict, t.Centre, t.Tail!.Method));
    }

    [Fact]
    public void A_trend_that_goes_on_from_one_side_to_the_other_is_no_shift()
    {
        ComparisonSummary c = Compare(["drift-first"], ["drift-second"]);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.Contains("p = 7.5e-9", Assert.Single(c.Findings, f => f.Id == "drift").Text);
        Assert.Contains("ab --a-run", Assert.Single(c.Findings, f => f.Id == "drift").Text);
        // What is far beyond the trend is a shift all the same.
        double[] first = [.. Read("drift-first").Values], second = [.. Read("drift-second").Values.Select(v => 3 * v)];
        Assert.Equal(Verdict.Worse, Compare(first, second).Verdict);
    }

    [Fact]
    public void One_number_a_side_says_what_would_decide()
    {
        ComparisonSummary c = Compare(["vmcall-before"], ["vmcall-after"]);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.Equal((4, 4), (c.More!.Value.Base, c.More.Value.New));
        Assert.InRange(c.More.Value.LargestSpread, 6, 7);
        string needs = Words(c);
        Assert.Contains("At least 4 more runs on each side would be needed, 5 a side: they decide a shift of 20 if", needs);
    }

    [Fact]
    public void A_table_of_one_number_each_says_of_every_metric_what_would_decide()
    {
        NumberText Table(string text, string name) => NumberText.Read(name, new StringReader(text));
        ComparisonSummary c = MetricComparison.Of(
            Gate.Usual,
            MeasuredSides.Of([Table("vmcall 1559\ninl_from_qemu 9357\n", "before")], [Table("vmcall 1539\ninl_from_qemu 9237\n", "after")]),
            "", null, acrossHosts: false);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.Contains("5 a side: they decide the shifts that are seen if the runs of a side differ by a standard deviation of at most "
            + "6.6 cycles (vmcall), 40 cycles (inl_from_qemu).", Words(c));
    }

    [Fact]
    public void What_was_0_is_judged_in_its_unit()
    {
        JudgedShift t = Compare([0, 0, 0, 0, 0, 0, 0, 0], [12, 13, 12, 12, 14, 12, 13, 12], decimals: 0).Rows[0].Total;
        Assert.Equal(Verdict.Worse, t.Verdict);
        Assert.InRange(t.Absolute.Value, 12, 12.5);
        Assert.True(double.IsNaN(t.Percent.Value));
    }

    [Fact]
    public void Base_new_and_shift_of_a_row_add_up()
    {
        foreach (
            JudgedShift t in (JudgedShift[])
                [
                    Compare(["tail-base"], ["tail-new"]).Rows[0].Total,
                    Compare(Around(1, 100, 5, _ => 1), Around(2, 130, 4, _ => 1)).Rows[0].Total,
                ]
        )
        {
            Assert.Equal(t.Absolute.Value, t.New - t.Base, 9);
            Assert.Equal(t.Percent.Value, 100 * t.Absolute.Value / t.Base, 9);
        }
    }

    [Fact]
    public void What_is_needed_is_said_side_by_side()
    {
        ComparisonSummary c = Compare(
            Around(1, 100, 40, r => 0.8 + 0.4 * r.NextDouble()),
            Around(2, 103, 4, r => 0.8 + 0.4 * r.NextDouble())
        );
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        // The shorter side grows first.
        Assert.True(c.More!.Value.New > c.More.Value.Base, $"{c.More}");
        Assert.Contains("of the new side", Words(c));
    }

    [Fact]
    public void A_hundred_thousand_numbers_a_side_are_judged()
    {
        var random = new Random(6);
        double[] first = [.. Enumerable.Range(0, 100_000).Select(_ => 100 + random.NextDouble())],
            second = [.. Enumerable.Range(0, 100_000).Select(_ => 100 + random.NextDouble())];
        JudgedShift t = Compare(first, second).Rows[0].Total;
        Assert.Equal((Verdict.Same, Verdict.Same), (t.Verdict, t.Tail!.Verdict));
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(100_000)]
    public void Many_runs_whose_worst_are_alike_have_no_tail(int runs)
    {
        // Of the worst, moved back by the margin, next to none are left: far fewer than chance deals out.
        ComparisonSummary c = Compare(Around(7, 100, runs, _ => 1), Around(8, 100, runs, _ => 1));
        Assert.Equal((Verdict.Same, Verdict.Same), (c.Verdict, c.Rows[0].Total.Tail!.Verdict));
        Assert.Equal(1, c.Rows[0].Total.Tail!.Chance, 6);
    }
}

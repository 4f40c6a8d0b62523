using ExitProf.Reports;
using ExitProf.Charts;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

public sealed class BaselineTests
{
    private static readonly DateTime Start = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    private static BaselineRun Day(int i, double median) => new(Start.AddDays(i), $"c{i}", "cycles", median, "AMD EPYC, pvm");

    /// <summary>Scatter of about half a percent that repeats itself after 11 runs.</summary>
    private static double Near(double level, int i) => level * (1 + 0.001 * (i * 37 % 11 - 5));

    [Fact]
    public void A_step_is_found_with_the_commits_it_lies_between()
    {
        HistoryStep step = Assert.Single(
            History.Steps([.. Enumerable.Range(0, 40).Select(i => Day(i, Near(i < 23 ? 69_600 : 71_700, i)))])
        );
        Assert.Equal(("c22", "c23"), (step.Before.Commit, step.After.Commit));
        Assert.InRange(step.Percent.Value, 2.5, 3.5);
    }

    [Fact]
    public void A_history_is_drawn_with_its_steps_and_what_is_held_against_it()
    {
        BaselineRun[] runs = [.. Enumerable.Range(0, 40).Select(i => Day(i, Near(i < 23 ? 69_600 : 71_700, i)))];
        var history = new RunHistory([.. runs], History.Steps(runs), [Day(40, 75_000)]);
        Assert.Equal([23, 17], history.Levels.Select(l => l.Length));
        ComparedRow row = NumberComparisonTests.Compare(Gate.Usual, [.. runs.Select(r => r.Median)], [75_000, 75_010], 0).Rows[0] with
        {
            Name = "pio-out",
            Unit = "tsc-cycles",
            History = history,
        };
        HistoryChart chart = BaselineHistory.Of(row)!;
        Assert.Equal([23, 17], chart.Levels.Select(l => l.Runs));
        Assert.Contains("between c22 (2026-11-23) and c23 (2026-11-24)", chart.Subtitle, StringComparison.Ordinal);
        Assert.EndsWith("c40: 75,000", Assert.Single(chart.Points, p => p.New).Tooltip, StringComparison.Ordinal);
        // A mark for each run, the new one too.
        Assert.Equal(41, Picture.Inline(chart, Look.Wide, "h").Split("<rect ").Length - 1 - 1);
        Assert.Null(BaselineHistory.Of(row with { History = null }));
    }

    [Fact]
    public void A_level_history_has_no_step() =>
        Assert.All(
            (int[])[0, 1, 15, 16, 60],
            n => Assert.Empty(History.Steps([.. Enumerable.Range(0, n).Select(i => Day(i, Near(69_600, i)))]))
        );

    [Fact]
    public void Nothing_is_lost_where_many_add_to_one_baseline_at_once()
    {
        using var folder = new TemporaryFolder();
        // A lock is of an open file, not of a process: threads that each open their own are as apart as processes.
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, writer =>
        {
            var baseline = new Baseline(folder["base"]);
            for (int i = 0; i < 25; i++) Assert.True(baseline.Add("pio-out", Day(writer * 25 + i, 70_000)));
        });
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"c{i}"), new Baseline(folder["base"]).Read("pio-out").Select(r => r.Commit));
    }

    [Fact]
    public void Two_processes_that_add_to_one_baseline_lose_no_line()
    {
        using var folder = new TemporaryFolder();
        string runs = Path.Combine(SourceTree.Root, "traces", "runs");
        string[] traces = [.. Directory.GetFiles(runs, "*.nettrace").Order(StringComparer.Ordinal)];
        ExitProfProcess[] both = [.. traces.Select(t => ExitProfProcess.Start("compare", t, "--baseline", folder["base"], "--add"))];
        Assert.All(both, p => p.Wait().Succeeds());
        foreach (ExitProfProcess process in both) process.Dispose();
        string file = Assert.Single(Directory.GetFiles(folder["base"], "*.tsv"));
        Assert.Equal(traces.Length, File.ReadLines(file).Count(l => !l.StartsWith('#')));
    }

    [Fact]
    public void A_lock_of_a_process_that_was_killed_is_none()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["base"]);
        File.WriteAllText(folder["base/.lock"], "");
        Assert.True(new Baseline(folder["base"]).Add("pio-out", Day(0, 70_000)));
    }

    [Fact]
    public void What_is_added_is_read_again_and_not_twice()
    {
        using var folder = new TemporaryFolder();
        var baseline = new Baseline(folder["base"]);
        BaselineRun[] runs = [Day(1, 69_600.5), Day(0, 70_000), Day(1, 69_600.5)];
        foreach (BaselineRun run in runs) baseline.Add("pio-out devices=3", run);
        Assert.Equal([runs[1], runs[0]], baseline.Read("pio-out devices=3").AsEnumerable());
        Assert.Empty(baseline.Read("pio-out_devices=3"));
        baseline.Add("../../etc/\npasswd", runs[0]);
        Assert.All(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), f => Assert.StartsWith(folder["base"], f));
    }

    [Theory]
    [InlineData("2026-11-01\tc\ttsc-cycles\t5\tm")]
    [InlineData("2026-11-01T00:00:00Z\tc\ttsc-cycles\tNaN\tm")]
    [InlineData("2026-11-01T00:00:00Z\tc\ttsc-cycles\t5")]
    public void A_line_that_is_none_is_refused_with_its_number(string line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["pio-out.tsv"], "# exitprof baseline 1: pio-out\n" + line + "\n");
        Assert.Contains(
            "Line 2 of pio-out.tsv is no run",
            Assert.Throws<InputException>(() => new Baseline(folder.Path).Read("pio-out")).Message
        );
    }

    [Fact]
    public void New_traces_are_held_against_the_level_since_the_last_step()
    {
        using var folder = new TemporaryFolder();
        var baseline = new Baseline(folder.Path);
        TraceSummary trace = SampleRuns.Run("new.nettrace", 69_600, 0);
        double median = trace.Configurations[0].Untraced!.Total.P50;
        for (int i = 0; i < 40; i++)
            baseline.Add("pio-out", Day(i, Near(i < 20 ? median * 1.2 : median, i)));
        TraceSummary[] traces =
        [
            .. Enumerable
                .Range(0, 9)
                .Select(i =>
                    SampleRuns
                        .Run($"n{i}.nettrace", 69_600, i)
                        .With(c => c with { Untraced = c.Untraced! with { Total = c.Untraced.Total with { P50 = Near(median, i + 3) } } })
                ),
        ];
        ComparisonSummary same = BaselineComparison.Of(Gate.Usual, baseline, "base", traces);
        Assert.Equal((Verdict.Same, 20, 9), (same.Verdict, same.Rows[0].BaseRuns, same.Rows[0].NewRuns));
        Assert.Contains("pio-out: −16.", Assert.Single(same.Findings, f => f.Id == "step").Text);
        TraceSummary[] slower =
        [
            .. traces.Select(t =>
                t.With(c => c with { Untraced = c.Untraced! with { Total = c.Untraced.Total with { P50 = c.Untraced.Total.P50 * 1.05 } } })
            ),
        ];
        Assert.Equal(Verdict.Worse, BaselineComparison.Of(Gate.Usual, baseline, "base", slower).Verdict);
        TraceSummary[] elsewhere = [.. traces.Select(t => t.With(h => h with { Host = [new Fact("cpu", "Intel Xeon")] }))];
        ComparisonSummary nothing = BaselineComparison.Of(Gate.Usual, baseline, "base", elsewhere);
        Assert.Equal((Verdict.CannotTell, 0), (nothing.Verdict, nothing.Rows.Length));
        Assert.Contains("has no run of this machine", Assert.Single(nothing.Findings).Text);
    }

    [Fact]
    public void A_recording_is_never_held_against_itself_nor_counted_twice()
    {
        using var folder = new TemporaryFolder();
        var baseline = new Baseline(folder.Path);
        TraceSummary trace = SampleRuns.Run("new.nettrace", 69_600, 0);
        Assert.Equal([1, 0], new[] { "a1", "b2" }.Select(commit => BaselineComparison.Add(baseline, [trace], commit)));
        Assert.Equal("a1", Assert.Single(baseline.Read("pio-out")).Commit);
        Finding alone = Assert.Single(BaselineComparison.Of(Gate.Usual, baseline, "base", [trace]).Findings);
        Assert.Equal("not-in-baseline", alone.Id);
        Assert.Contains("is this recording itself", alone.Text);
        // As a merge of two branches may leave it.
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.tsv"));
        File.AppendAllText(file, File.ReadAllLines(file)[1].Replace("a1", "c3", StringComparison.Ordinal));
        Assert.Single(baseline.Read("pio-out"));
        Assert.Equal(1, BaselineComparison.Add(baseline, [SampleRuns.Run("later.nettrace", 69_600, 1)], "d4"));
        Assert.Equal(["a1", "d4"], baseline.Read("pio-out").Select(r => r.Commit));
    }

    [Theory]
    [InlineData("# exitprof baseline 2: pio-out\n", "is a baseline of version 2")]
    [InlineData("# exitprof baseline 1: pio-out\n# exitprof baseline 10: pio-out\n", "is a baseline of version 10")]
    public void A_baseline_of_another_version_is_refused(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["pio-out.tsv"], text + "2026-11-01T00:00:00Z\tc\ttsc-cycles\t5\tm\n");
        var baseline = new Baseline(folder.Path);
        Assert.Contains(expected, Assert.Throws<InputException>(() => baseline.Read("pio-out")).Message);
        Assert.Throws<InputException>(() => baseline.Add("pio-out", Day(0, 5)));
    }

    [Theory]
    [InlineData(Severity.Error, "bad-block", true)]
    [InlineData(Severity.DataLoss, "trace-cut", true)]
    [InlineData(Severity.DataLoss, "lost-events", false)]
    [InlineData(Severity.Info, "steal", false)]
    public void A_damaged_trace_becomes_no_level(Severity severity, string id, bool unfit) =>
        Assert.Equal(
            unfit,
            BaselineComparison.Unfit(
                SampleRuns.Run("a.nettrace", 69_600, 0) with
                {
                    Findings = [new Finding(severity, id, 1, "So it is.")],
                }
            ) != null
        );
}

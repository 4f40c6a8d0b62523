using System.Collections.Immutable;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Tests.Charts;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

/// <summary>What pages show over time and as trees, of recorded traces.</summary>
public sealed class OverTimeTests
{
    private static readonly float[] Widths = [Look.Wide, Look.Narrow];

    private static T Drawn<T>(TraceSummary trace) where T : IChart
    {
        T chart = Assert.IsType<T>(Assert.Single(Pictures.Of([trace]), p => p.Chart is T).Chart);
        foreach (float width in Widths) PictureTests.Check(chart, width);
        return chart;
    }

    [Fact]
    public void A_recording_of_one_configuration_shows_the_median_of_every_block_between_the_borders_of_its_rounds()
    {
        var recorded = new RecordedTrace();
        TraceReader.Read(Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace"), recorded);
        Block[] untraced = [.. recorded.Blocks.Where(b => b.Events == EventGroups.None && !b.Calibration)];
        BlockMedians chart = Drawn<BlockMedians>(SampleRecordings.PioOut);
        MedianSeries series = chart.Series.Single(s => s.Name == "untraced block");
        Assert.Equal(untraced.Select(b => b.MedianCycles), series.Points.Select(p => p.Value));
        int[] rounds = [.. untraced.Select(b => b.Round).Distinct()];
        Assert.Equal(rounds.Length, chart.Rounds.Count(r => double.IsFinite(r.Value)));
        Assert.All(chart.Rounds.Zip(chart.Rounds.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        // The first block begins the axis, and every block lies in the round that it is of.
        ulong start = recorded.Blocks.Where(b => !b.Calibration).Min(b => b.StartTsc);
        foreach (Block block in untraced)
        {
            MedianRound round = chart.Rounds.Single(r => r.Name == $"round {block.Round}");
            Assert.InRange((block.StartTsc - start) / (double)recorded.TraceHeader!.Clock.Hertz, round.From, round.To);
        }
    }

    [Fact]
    public void Configurations_that_differ_on_purpose_are_drawn_about_their_own_centres()
    {
        BlockMedians chart = Drawn<BlockMedians>(SampleRecordings.Ab);
        Assert.StartsWith("%", chart.Unit, StringComparison.Ordinal);
        double[] values = [.. chart.Series.Single(s => s.Name == "untraced block").Points.Select(p => p.Value).Order()];
        Assert.InRange(values[values.Length / 2], -2, 2);
    }

    [Fact]
    public void Every_untraced_exit_is_in_the_latency_map()
    {
        TraceSummary trace = SampleRecordings.PioOut;
        Assert.Equal(trace.UntracedExits, trace.Timeline!.Maps[0].Exits);
        LatencyMap map = Drawn<LatencyMap>(trace);
        Quantiles total = trace.Configurations[0].Untraced!.Total;
        Assert.InRange(total.Min, map.Borders[0], map.Borders[^1]);
        Assert.InRange(total.Max, map.Borders[0], map.Borders[^1]);
        Assert.All(map.Slices.Where(s => s.Shares.Any(v => v > 0)), s => Assert.Equal(1, s.Shares.Sum(), 1e-9));
        // The row with the median has the most exits of all rows together.
        int most = Enumerable.Range(0, map.Borders.Length - 1).MaxBy(row => map.Slices.Sum(s => s.Shares[row]));
        Assert.InRange(total.P50, map.Borders[Math.Max(0, most - 1)], map.Borders[most + 2]);
    }

    [Theory]
    [InlineData(3_020, 0)]
    [InlineData(3_020, 100)]
    public void Exits_that_hardly_differ_have_no_picture_of_their_latency(int instructions, int others)
    {
        var same = new DurationMap();
        for (int i = 0; i < 400; i++) same.Add((ulong)i * 10_000, (ulong)(instructions + i % 2 * others));
        TraceSummary trace = SampleRecordings.PioOut;
        trace = trace with { Timeline = trace.Timeline! with { Maps = ImmutableSortedDictionary<int, DurationMap>.Empty.Add(0, same) } };
        Assert.DoesNotContain("pio-out-latency", Pictures.Of([trace]).Select(c => c.Name));
    }

    [Fact]
    public void Reasons_have_their_share_of_the_time_and_their_ports()
    {
        TraceSummary guest = SampleRecordings.Guest;
        ReasonBars chart = Drawn<ReasonBars>(guest);
        Assert.Equal(1, chart.Bars.Sum(b => b.Share), 1e-6);
        Assert.DoesNotContain(chart.Bars, b => b.Label.Contains("HLT", StringComparison.Ordinal));
        ReasonBar io = chart.Bars[0];
        Assert.Equal("userspace", io.Fill);
        Assert.Equal(3, io.Segments.Length);
        Assert.Equal(io.Share, io.Segments.Sum(s => s.Share), 1e-6);
        // Halts are no latency: nothing is as long as they are.
        LatencyMap map = Drawn<LatencyMap>(guest);
        Assert.InRange(map.Borders[^1], 60, 200);
    }

    [Fact]
    public void A_tree_parts_the_exit_into_stages_and_those_into_steps()
    {
        Icicle chart = Drawn<Icicle>(SampleRecordings.PioOut);
        IcicleCell root = Assert.Single(chart.Cells, c => c.Level == 0);
        IcicleCell[] stages = [.. chart.Cells.Where(c => c.Level == 1)];
        Assert.Equal(root.Length, stages.Sum(s => s.Length), 1e-6);
        Assert.Equal(SampleRecordings.PioOut.Configurations[0].Stages.Count(s => s.State != StageState.Absent), stages.Length);
        foreach (IcicleCell step in chart.Cells.Where(c => c.Level == 2))
            Assert.Contains(stages, s =>
                s.Name == step.Key && step.From >= s.From - 1e-6 && step.From + step.Length <= s.From + s.Length + 1e-6);
        Icicle guest = Drawn<Icicle>(SampleRecordings.Guest);
        Assert.Equal(["time", "reasons", "stages"], guest.Levels);
        var stagesOfReasons = SampleRecordings.Guest.Reasons!.Rows.Where(r => !r.IsHalt).SelectMany(r => r.Stages).Select(s => s.Stage);
        Assert.Equal(stagesOfReasons.Distinct().Order(), guest.Cells.Where(c => c.Level == 2).Select(c => c.Name).Distinct().Order());
    }

    [Fact]
    public void A_comparison_draws_what_moved_in_the_colour_of_its_verdict()
    {
        ComparedRow row = SampleRecordings.Ab.Verdict!.Rows[0];
        Icicle chart = Assert.IsType<Icicle>(Pictures.Moved(row));
        foreach (float width in Widths) PictureTests.Check(chart, width);
        foreach (ComparedStage stage in row.Stages.Where(s => s.Shift is { New: > 0 }))
        {
            IcicleCell cell = chart.Cells.Single(c => c.Level == 1 && c.Name == stage.Name);
            Assert.Equal(stage.Shift!.New, cell.Length);
            Assert.Equal(stage.Shift.Verdict == Verdict.CannotTell ? "open" : stage.Shift.Verdict.Words(), cell.Fill);
        }
    }

    [Fact]
    public void Pages_of_recordings_stay_small()
    {
        TraceSummary[] one = [SampleRecordings.PioOut, SampleRecordings.Of("traces/pvm-xeon/suite/35-pio-out.nettrace"), SampleRecordings.Guest,
            SampleRecordings.Functions];
        TraceSummary[] several = [SampleRecordings.Ab, SampleRecordings.Of("traces/pvm-xeon/device-access.nettrace"),
            SampleRecordings.Of("traces/pvm-xeon/icache-many.nettrace")];
        Assert.All(one, t => Assert.InRange(Encoding.UTF8.GetByteCount(Page(t)), 40_000, 180_000));
        Assert.All(several, t => Assert.InRange(Encoding.UTF8.GetByteCount(Page(t)), 50_000, 500_000));
    }

    [Fact]
    public void Where_calls_were_counted_their_picture_stands_for_that_of_the_steps()
    {
        string[] names = [.. Pictures.Of([SampleRecordings.Functions]).Select(c => c.Name)];
        Assert.Contains("mmio-read-calls", names);
        Assert.DoesNotContain("mmio-read-steps", names);
        Assert.Contains("pio-out-steps", Pictures.Of([SampleRecordings.PioOut]).Select(c => c.Name));
        var calls = (Icicle)Pictures.Of([SampleRecordings.Functions]).Single(c => c.Name == "mmio-read-calls").Chart;
        foreach (float width in Widths) PictureTests.Check(calls, width);
    }

    private static string Page(TraceSummary trace)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, [trace]);
        return writer.ToString();
    }
}

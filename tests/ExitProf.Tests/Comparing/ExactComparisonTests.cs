using System.Collections.Immutable;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Tests.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>Two recordings of a software CPU, compared to the instruction.</summary>
public sealed class ExactComparisonTests
{
    private const EventGroups Full = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;
    private const int SearchStep = 4;
    private static readonly Gate Exact = Gate.Usual with { Margin = Margin.OfShare(0) };

    [Fact]
    public void Planted_instructions_are_found_in_their_stage_and_nowhere_else()
    {
        ComparisonSummary c = Compare(Exact, Plain(), new Recording(3_221, AddedToSearch: 201));
        ComparedRow row = Assert.Single(c.Rows);
        Assert.Equal((Verdict.Worse, "exact", "instructions"), (c.Verdict, row.Total.Method, row.Unit));
        Assert.Equal(new Interval(201, 201, 201), row.Total.Absolute);
        Assert.Equal((3_020, 3_221), (row.Total.Base, row.Total.New));
        var moved = row.Stages.Where(s => s.Shift is { Absolute.Value: not 0 });
        Assert.Equal(201, Assert.Single(moved).Shift!.Absolute.Value);
        Assert.Equal("pio-search", Assert.Single(moved).Name);
    }

    [Fact]
    public void Equal_counts_are_the_same_and_one_more_is_not()
    {
        Assert.Equal(Verdict.Same, Compare(Exact, Plain(), Plain()).Verdict);
        Assert.Equal(Verdict.Worse, Compare(Exact, Plain(), new Recording(3_021)).Verdict);
        Assert.Equal(Verdict.Better, Compare(Exact, Plain(), new Recording(3_019)).Verdict);
        Assert.Equal(Verdict.Same, Compare(Gate.Usual, Plain(), new Recording(3_021)).Verdict);
    }

    [Fact]
    public void A_tick_that_hits_one_exit_of_many_changes_nothing()
    {
        ComparisonSummary c = Compare(Exact, Plain(), Plain() with { Other = 60_000, OthersOfHundred = 1 });
        Assert.Equal((Verdict.Same, 0), (c.Verdict, c.Rows[0].Total.Absolute.Value));
        Assert.DoesNotContain(c.Findings, f => f.Is(FindingKind.SeveralCounts));
    }

    [Fact]
    public void A_patch_that_lengthens_a_third_of_the_exits_is_not_the_same()
    {
        ComparisonSummary c = Compare(Exact, Plain(), Plain() with { Other = 4_020, OthersOfHundred = 33 });
        Assert.Equal(Verdict.Worse, c.Verdict);
        Assert.Equal(330, c.Rows[0].Total.Absolute.Value, 6);
        Assert.Contains("4,020 instructions in 33 %", Assert.Single(c.Findings, f => f.Is(FindingKind.SeveralCounts)).Text);
    }

    [Fact]
    public void Traces_in_cycles_are_refused()
    {
        string message = Assert.Throws<InputException>(() => Compare(Exact, Plain(), Plain() with { Unit = ClockUnit.Cycles })).Message;
        Assert.Contains("not in instructions", message);
    }

    [Fact]
    public void An_exact_comparison_has_neither_interval_nor_confidence()
    {
        ComparisonSummary c = Compare(Exact, Plain(), new Recording(3_221, AddedToSearch: 201));
        using var text = new StringWriter();
        VerdictText.Write(text, c);
        Assert.Contains("+201 instructions (3,020 -> 3,221), all in pio-search", text.ToString());
        Assert.Contains("Method: the most frequent count of each exit path; exact", text.ToString());
        using var page = new StringWriter();
        VerdictMarkdown.Write(page, c);
        foreach (string written in (string[])[text.ToString(), page.ToString()])
        {
            Assert.DoesNotContain("% interval", written);
            Assert.DoesNotContain("NaN", written);
        }
    }

    [Fact]
    public void The_JSON_of_an_exact_comparison_has_no_confidence_and_an_interval_without_width()
    {
        using var stream = new MemoryStream();
        VerdictJson.Write(stream, Compare(Exact, Plain(), new Recording(3_221, AddedToSearch: 201)));
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement row = json.RootElement.GetProperty("comparisons")[0];
        Assert.Equal(("exact", "exact", "boot"), (row.GetProperty("method").GetString(), row.GetProperty("decidedBy").GetString(),
            row.GetProperty("n").GetProperty("kind").GetString()));
        JsonElement shift = row.GetProperty("shift"), absolute = shift.GetProperty("absolute");
        Assert.Equal(JsonValueKind.Null, shift.GetProperty("confidence").ValueKind);
        Assert.All((string[])["value", "low", "high"], name => Assert.Equal(201, absolute.GetProperty(name).GetDouble()));
    }

    [Fact]
    public void Fewer_instructions_are_better_even_where_the_gate_says_higher()
    {
        Assert.Equal(Verdict.Worse, Compare(Exact with { HigherIsBetter = true }, Plain(), new Recording(3_021)).Verdict);
    }

    [Theory]
    [InlineData(new long[] { 3_020, 3_022, 3_021 }, new long[] { 3_022, 3_021, 3_023 }, Verdict.Same, 2)]
    [InlineData(new long[] { 3_020, 3_022, 3_021 }, new long[] { 3_024, 3_025, 3_026 }, Verdict.Worse, 2)]
    [InlineData(new long[] { 3_020, 3_040, 3_021 }, new long[] { 3_005, 3_006, 3_007 }, Verdict.Same, 20)]
    public void A_difference_within_what_boots_differ_by_is_none_and_beyond_it_is_exact(
        long[] first, long[] second, Verdict verdict, double noise)
    {
        ComparisonSummary c = CompareBoots(first, second);
        ComparedRow row = Assert.Single(c.Rows);
        Assert.Equal((verdict, noise, 3, 3), (c.Verdict, row.Total.BootNoise, row.BaseRuns, row.NewRuns));
        // The boot in the middle stands for its side.
        Assert.Equal((first.Order().ElementAt(1), second.Order().ElementAt(1)), ((long)row.Total.Base, (long)row.Total.New));
        using var text = new StringWriter();
        VerdictText.Write(text, new VerdictPage(c), width: 500);
        Assert.Equal(verdict == Verdict.Same, text.ToString().Contains($"within boot noise ±{noise}"));
        Assert.Contains("3 boots of the base and 3 of the new side", text.ToString());
    }

    [Fact]
    public void Recordings_that_are_equal_to_the_byte_are_one_boot()
    {
        ComparisonSummary c = CompareBoots([3_020, 3_020], [3_021, 3_021]);
        Assert.Equal((1, 1, double.NaN), (c.Rows[0].BaseRuns, c.Rows[0].NewRuns, c.Rows[0].Total.BootNoise));
        Assert.Equal(Verdict.Worse, c.Verdict);
    }

    [Fact]
    public void Stored_traces_are_compared_as_fresh_ones_and_only_configurations_of_one_name()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.nettrace"], Plain());
        Write(folder["b.nettrace"], new Recording(3_221, AddedToSearch: 201));
        ProcessResult result = ExitProfCommand.Run("compare", folder["a.nettrace"], "--with", folder["b.nettrace"], "--fail-on", "worse");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("+201 instructions (3,020 -> 3,221), all in pio-search", result.Output);
        ExitProfCommand.Run("compare", folder["a.nettrace"], "--with", folder["b.nettrace"], "--margin", "300instructions").Succeeds();
        // The same recording twice is no second boot.
        File.Copy(folder["a.nettrace"], folder["copy.nettrace"]);
        Assert.Contains("one boot a side", ExitProfCommand.Run("compare", folder["a.nettrace"], "--with", folder["copy.nettrace"]).Succeeds().Output);
    }

    [Fact]
    public void Under_one_kernel_an_event_costs_the_same_on_both_sides_whatever_fraction_each_measured()
    {
        ComparisonSummary c = Compare(Exact, Plain(), Plain() with { AddedToSearch = 201, Total = 3_221, Floor = 100.4 });
        Assert.Equal("pio-search", Assert.Single(c.Rows[0].Stages, s => s.Shift is { Verdict: not Verdict.Same }).Name);
        Assert.Equal(201, Assert.Single(c.Rows[0].Stages, s => s.Shift is { Absolute.Value: not 0 }).Shift!.Absolute.Value);
        Assert.Equal(Verdict.Same, Compare(Exact, Plain(), Plain() with { Floor = 107 }).Verdict);
    }

    [Fact]
    public void Under_two_kernels_it_costs_whole_instructions_more_or_less()
    {
        ComparisonSummary c = Compare(Exact, Plain(), Plain() with { Floor = 107, Kernel = "6.12.0" });
        Assert.Contains(c.Rows[0].Stages, s => s.Shift is { Absolute.Value: not 0 });
        foreach (ComparedStage stage in c.Rows[0].Stages.Where(s => s is { Shift: not null, Steps.Length: > 0 }))
            Assert.Equal(stage.Shift!.Absolute.Value, stage.Steps.Sum(s => s.Shift!.Absolute.Value), 9);
        OnlyWholeShiftsDiffer(c);
    }

    [Fact]
    public void A_shift_of_no_instruction_is_neither_better_nor_worse_whatever_fractions_were_measured()
    {
        var random = new Random(20261201);
        for (int i = 0; i < 40; i++)
        {
            OnlyWholeShiftsDiffer(Compare(Exact, Any(), Any()));
        }

        Recording Any() => new(3_020 + random.Next(2), random.Next(2))
        {
            Floor = 100 + random.NextDouble() * random.Next(3),
            Kernel = random.Next(2) == 0 ? "6.1.0" : "6.12.0",
            Other = 3_020 + random.Next(4),
            OthersOfHundred = random.Next(60),
        };
    }

    private static void OnlyWholeShiftsDiffer(ComparisonSummary comparison)
    {
        foreach (ComparedRow row in comparison.Rows)
        {
            IEnumerable<JudgedShift?> parts = row.Stages.SelectMany(s => s.Steps.Select(t => t.Shift).Append(s.Shift));
            foreach (JudgedShift shift in parts.Append(row.Total).OfType<JudgedShift>())
            {
                Assert.Equal(Math.Round(shift.Absolute.Value), shift.Absolute.Value);
                Assert.Equal(shift.Absolute.Value == 0, shift.Verdict == Verdict.Same);
                Assert.False(double.IsNegative(shift.Absolute.Value) && shift.Absolute.Value == 0);
            }
        }
    }

    private sealed record Recording(long Total, int AddedToSearch = 0)
    {
        /// <summary>What an event costs where no block left one out.</summary>
        public double Floor { get; init; } = 100;

        public string Kernel { get; init; } = "";

        public long Other { get; init; }

        public int OthersOfHundred { get; init; }

        public ClockUnit Unit { get; init; } = ClockUnit.Instructions;
    }

    private static Recording Plain() => new(3_020);

    private static ComparisonSummary Compare(Gate gate, Recording first, Recording second)
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.nettrace"], first);
        Write(folder["b.nettrace"], second);
        return TraceFiles.CompareExactly(gate, [folder["a.nettrace"]], [folder["b.nettrace"]]);
    }

    /// <summary>Boots of each side; the traces are made one after the other, as a.0, a.1 and so on.</summary>
    private static ComparisonSummary CompareBoots(long[] first, long[] second)
    {
        using var folder = new TemporaryFolder();
        return TraceFiles.CompareExactly(Exact, Side("a", first), Side("b", second));

        string[] Side(string name, long[] totals) => [.. totals.Select((total, i) =>
        {
            Write(folder[$"{name}.{i}"], new Recording(total));
            return folder[$"{name}.{i}"];
        })];
    }

    private static void Write(string path, Recording recording)
    {
        using var writer = new TraceWriter(path);
        ImmutableArray<Stamp> full = SyntheticTrace.Full, bare = SyntheticTrace.Bare;
        TraceHeader header = new SyntheticTrace(Full, floor: recording.Floor, grain: 1, unit: recording.Unit).Header;
        writer.Header(recording.Kernel.Length > 0 ? header with { Host = [new Fact("kernel", recording.Kernel)] } : header);
        var traced = new ExitClass(0, ExitKind.PioOut, Destination.Userspace, "", "", 0, full, Calibrated: true);
        var untraced = new ExitClass(1, ExitKind.PioOut, Destination.Userspace, "", "", 0, bare, Calibrated: true);
        writer.Class(traced);
        writer.Class(untraced);
        var encoder = new ExitEncoder(writer, 1);
        long now = 1_000;
        Block(0, Full);
        for (int i = 0; i < 100; i++) Exit(
            traced, [.. SyntheticTrace.FullTicks.Select((t, at) => (long)t * 10 + (at == SearchStep ? recording.AddedToSearch : 0))]);
        Block(1, EventGroups.None);
        for (int i = 0; i < 100; i++) Exit(untraced, [100, 20, (i < recording.OthersOfHundred ? recording.Other : recording.Total) - 120]);
        encoder.Flush();
        writer.End(new TraceTotals(encoder.Exits, encoder.Batches, 2, 2, 0, Interrupted: false));

        void Block(int index, EventGroups events)
        {
            encoder.Flush();
            writer.Block(new Block(index, 0, events, 0, Calibration: false, 0, 0, 100, 0, double.NaN, 0, 0, 0, 0, 0, 0));
            encoder.Begin(index, 0);
        }

        void Exit(ExitClass exitClass, long[] steps)
        {
            Span<ulong> stamps = stackalloc ulong[steps.Length + 1];
            stamps[0] = (ulong)(now += 100);
            for (int i = 0; i < steps.Length; i++) stamps[i + 1] = (ulong)(now += steps[i]);
            encoder.Add(exitClass, stamps);
        }
    }
}

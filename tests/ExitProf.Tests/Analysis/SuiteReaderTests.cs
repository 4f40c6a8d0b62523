using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

/// <summary>What a row of the suite makes of a recording whose cycles are known.</summary>
public sealed class SuiteReaderTests
{
    private static readonly TraceSummary Apic = SweptTrace.Of(SweptTrace.Drift, ("apic=xapic", 50_000), ("apic=x2apic", 40_000));

    private static SuiteRow Row(string scenario, SuiteQuestion reading, TraceSummary? trace) =>
        new(scenario, "", "", null, [], new SuiteRun([], reading), trace, trace == null ? "why not" : "", 1);

    private static SuiteAnswer[] Read(SuiteQuestion reading, TraceSummary trace, params SuiteRow[] others)
    {
        SuiteRow row = Row("tested", reading, trace);
        return [.. SuiteAnswers.Read(row, [row, .. others])];
    }

    [Fact]
    public void Every_reading_ends_with_the_cost_of_each_configuration_and_its_exits()
    {
        SuiteQuestion[] readings =
        [
            new SuiteQuestion.Totals(),
            new SuiteQuestion.Difference("apic"),
            new SuiteQuestion.Ratio("apic"),
            new SuiteQuestion.Sameness("apic"),
            new SuiteQuestion.Against("nothing"),
            new SuiteQuestion.Slope("apic", "word"),
        ];
        foreach (SuiteQuestion reading in readings)
        {
            SuiteAnswer[] costs = [.. Read(reading, Apic).Where(r => r.Quantity == SuiteQuantity.Cost)];
            Assert.Equal(["apic=xapic", "apic=x2apic"], costs.Select(c => c.Of));
            Assert.Equal(10_000, costs[0].Value.Mean - costs[1].Value.Mean, 6);
            Assert.All(costs, c => Assert.Equal(1, c.ExitsToVmm));
        }
    }

    [Fact]
    public void A_difference_is_to_the_first_and_free_of_what_both_have_in_common()
    {
        SuiteAnswer difference = Assert.Single(
            Read(new SuiteQuestion.Difference("apic"), Apic),
            r => r.Quantity == SuiteQuantity.Difference
        );
        Assert.Equal(("apic=x2apic", "apic=xapic"), (difference.Of, difference.Base));
        Assert.Equal(-10_000, difference.Value.Mean, 6);
        Assert.InRange(difference.Value.High - difference.Value.Low, 0, 1e-6);
    }

    [Fact]
    public void What_is_about_the_VMM_alone_is_read_from_its_own_stage()
    {
        // The way to the VMM and back varies by far more than what is looked for.
        TraceSummary trace = SweptTrace.WithAnswers(
            (round, i) => 7_000 * ((3 * round + 5 * i) % 4),
            ("bytes=0", 50_000, 30),
            ("bytes=1024", 50_100, 130),
            ("bytes=2048", 50_200, 230)
        );
        SuiteAnswer[] results = Read(new SuiteQuestion.Difference("bytes", OfUserspace: true), trace);
        Assert.Equal(
            [100.0, 200.0],
            results.Where(r => r.Quantity == SuiteQuantity.UserspaceDifference).Select(r => Math.Round(r.Value.Mean, 6))
        );
        Assert.All(
            results.Where(r => r.Quantity == SuiteQuantity.UserspaceDifference),
            r => Assert.InRange(r.Value.High - r.Value.Low, 0, 1e-6)
        );
        Assert.All(results.Where(r => r.Quantity == SuiteQuantity.Difference), r => Assert.True(r.Value is { Low: < 0, High: > 1_000 }));
        SuiteAnswer slope = Assert.Single(
            Read(new SuiteQuestion.Slope("bytes", "byte", OfUserspace: true), trace),
            r => r.Quantity == SuiteQuantity.UserspaceSlope
        );
        Assert.Equal(100.0 / 1024, slope.Value.Mean, 9);
    }

    [Fact]
    public void A_ratio_is_times_the_first()
    {
        TraceSummary trace = SweptTrace.Of(SweptTrace.Quiet, ("path=direct", 2_000), ("path=vmm", 70_000));
        SuiteAnswer ratio = Assert.Single(Read(new SuiteQuestion.Ratio("path"), trace), r => r.Quantity == SuiteQuantity.Ratio);
        Assert.Equal(35, ratio.Value.Mean, 6);
    }

    [Theory]
    [InlineData(50_000, true)]
    [InlineData(50_500, true)]
    [InlineData(52_000, false)]
    public void Sameness_is_a_relative_difference_with_its_90_percent_interval_and_the_margin(long other, bool inside)
    {
        TraceSummary trace = SweptTrace.Of(SweptTrace.Quiet, ("slots=1", 50_000), ("slots=500", other));
        SuiteAnswer same = Assert.Single(Read(new SuiteQuestion.Sameness("slots"), trace), r => r.Quantity == SuiteQuantity.Sameness);
        Assert.Equal((0.9, 0.02), (same.Confidence, same.Share));
        Assert.Equal(other / 50_000.0 - 1, same.Value.Mean, 9);
        Assert.Equal(inside, same.Value.Low >= -same.Share && same.Value.High <= same.Share);
    }

    [Fact]
    public void A_slope_has_one_result_for_each_combination_of_the_other_settings()
    {
        var configurations =
            from placement in (string[])["same-port", "target-last"]
            from n in (int[])[0, 10, 100]
            select ($"devices={n},placement={placement}", 20_000L + 56 * n);
        SuiteAnswer[] slopes =
        [
            .. Read(new SuiteQuestion.Slope("devices", "device"), SweptTrace.Of(SweptTrace.Drift, [.. configurations]))
                .Where(r => r.Quantity == SuiteQuantity.Slope),
        ];
        Assert.Equal(["placement=same-port", "placement=target-last"], slopes.Select(s => s.Of));
        Assert.All(slopes, s => Assert.Equal(56, s.Value.Mean, 6));
    }

    [Fact]
    public void Another_recording_is_held_against_without_an_interval()
    {
        TraceSummary light = SweptTrace.Of(SweptTrace.Quiet, ("size=1", 20_000)),
            heavy = SweptTrace.Of(SweptTrace.Quiet, ("size=1", 65_000));
        SuiteAnswer against = Assert.Single(
            Read(new SuiteQuestion.Against("pio-out"), light, Row("pio-out", new SuiteQuestion.Stages(), heavy)),
            r => r.Quantity == SuiteQuantity.Against
        );
        Assert.Equal(3.25, against.Value.Mean, 9);
        Assert.True(double.IsNaN(against.Value.Low) && double.IsNaN(against.Value.High));
        Assert.DoesNotContain(
            Read(new SuiteQuestion.Against("pio-out"), light, Row("pio-out", new SuiteQuestion.Stages(), null)),
            r => r.Quantity == SuiteQuantity.Against
        );
    }

    [Fact]
    public void A_row_without_a_trace_has_no_figures() =>
        Assert.Empty(SuiteAnswers.Read(Row("hypercall", new SuiteQuestion.Totals(), null), []));

    [Fact]
    public void The_classic_table_has_its_stages_and_the_events_of_one_exit()
    {
        var trace = new SyntheticTrace();
        ExitClass full = trace.Class(SyntheticTrace.Full), bare = trace.Class(SyntheticTrace.Bare);
        long[] cycles = SyntheticTrace.Cycles(SyntheticTrace.FullTicks);
        for (int round = 0; round < 3; round++)
        {
            trace.Block(EventGroups.None, round, 1).Exit(bare, 26_000, 260, 26_000);
            trace.Block(trace.Header.Groups, round, 2).Exit(full, cycles).Exit(full, cycles);
        }
        SuiteAnswer[] results = Read(new SuiteQuestion.Stages(), trace.Summarise());
        Assert.Equal(StageNames.All.Select(s => s.Name()), results.Where(r => r.Quantity == SuiteQuantity.Stage).Select(r => r.Of));
        var events = results.Where(r => r.Quantity == SuiteQuantity.Events).ToDictionary(r => r.Of, r => r.Value.Mean);
        Assert.Equal((1.0, 1.0, 2.0), (events["kvm_fpu:unload"], events["kvm_fpu:load"], events["rcu_utilization:start"]));
        Assert.DoesNotContain("vmm:run-returned", events.Keys);
    }

    [Fact]
    public void Every_exit_counts_for_its_events_the_incomplete_ones_too()
    {
        var trace = new SyntheticTrace();
        ExitClass full = trace.Class(SyntheticTrace.Full);
        ImmutableArray<Stamp> interrupted = SyntheticTrace.Full.InsertRange(3, (IEnumerable<Stamp>)[Stamp.RcuStart, Stamp.RcuEnd]);
        ExitClass odd = trace.Class(interrupted, calibrated: false);
        trace
            .Block(trace.Header.Groups, 0, 2)
            .Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks))
            .Exit(odd, [.. Enumerable.Repeat(26_000L, interrupted.Length - 1)]);
        ConfigurationSummary configuration = Assert.Single(trace.Summarise().Configurations);
        Assert.Equal(2.5, configuration.StampCounts.Single(c => c.Stamp == Stamp.RcuStart).PerExit);
        Assert.Equal(1, configuration.ExitsToVmm);
    }

    [Fact]
    public void A_sweep_of_two_settings_is_a_table_with_the_numbers_across()
    {
        var configurations =
            from direction in (string[])["in", "out"]
            from operand in (string[])["imm8", "dx"]
            from bytes in (int[])[1, 2, 4]
            select ($"direction={direction},operand={operand},bytes={bytes}", 60_000L + bytes);
        TraceSummary trace = SweptTrace.Of(SweptTrace.Quiet, [.. configurations]);
        SweepGrid grid = SweepGrid.Of(trace)!;
        Assert.Equal("bytes", grid.Across);
        Assert.Equal(["1", "2", "4"], grid.Columns);
        Assert.Equal(
            ["direction=in,operand=imm8", "direction=in,operand=dx", "direction=out,operand=imm8", "direction=out,operand=dx"],
            grid.Rows.Select(r => r.Name)
        );
        Assert.All(grid.Rows, r => Assert.Equal([60_001.0, 60_002, 60_004], r.Cells.Select(c => c!.Cost!.Mean)));

        // One that the host could not run is an empty cell.
        SweepGrid hole = SweepGrid.Of(trace with { Configurations = trace.Configurations.RemoveAt(4) })!;
        Assert.Null(hole.Rows[1].Cells[1]);
        Assert.Null(SweepGrid.Of(Apic));
    }
}

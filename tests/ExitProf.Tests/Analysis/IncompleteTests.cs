using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

public sealed class IncompleteTests
{
    private const EventGroups All = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;

    private static readonly long[] Usual = SyntheticTrace.Cycles(SyntheticTrace.FullTicks);

    [Theory]
    [InlineData("interrupted", 0, 0, new[] { Stamp.RcuStart, Stamp.RcuEnd }, new Stamp[0])]
    [InlineData("interrupted", 3, 0, new[] { Stamp.RcuStart }, new[] { Stamp.KvmPio })]
    [InlineData("lost", 3, 0, new Stamp[0], new[] { Stamp.KvmPio })]
    [InlineData("unpaired", 0, 0, new Stamp[0], new[] { Stamp.KvmPio })]
    [InlineData("unpaired", 0, 0, new Stamp[0], new[] { Stamp.RunReturned })]
    [InlineData("eintr", 0, 0, new[] { Stamp.RunReturned, Stamp.RunCalled }, new Stamp[0])]
    [InlineData("eintr", 0, 1, new Stamp[0], new[] { Stamp.RunReturned, Stamp.RunCalled })]
    [InlineData("eintr", 3, 1, new[] { Stamp.RunCalled, Stamp.SysEnter }, new[] { Stamp.KvmPio })]
    public void An_exit_without_the_hosts_signature_is_counted_by_its_cause(string cause, int lost, int eintr, Stamp[] more, Stamp[] less)
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        var signature = SyntheticTrace.Full.RemoveRange(less).InsertRange(3, more);
        var odd = trace.Class(signature, calibrated: false);
        trace.Block(All, 0, 3, lost: lost, eintr: eintr).Exit(full, Usual).Exit(full, Usual);
        trace.Exit(odd, [.. Enumerable.Repeat(26_000L, signature.Length - 1)]);
        Check(trace.Summarise(), cause, Usual.Sum(), 26_000 * (signature.Length - 1));
    }

    [Fact]
    public void An_exit_whose_clock_goes_backwards_is_out_of_order_and_its_total_counts()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        long[] twisted = [.. Usual];
        (twisted[3], twisted[4]) = (-2_600, 52_000);
        trace.Block(All, 0, 3).Exit(full, Usual).Exit(full, twisted).Exit(full, Usual);
        Check(trace.Summarise(), "out-of-order", Usual.Sum(), twisted.Sum());
    }

    [Fact]
    public void An_exit_that_ends_before_it_begins_is_in_no_figure()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        long[] backwards = [.. Usual];
        backwards[6] = -1_000_000;
        trace.Block(All, 0, 2).Exit(full, Usual).Exit(full, backwards);
        var summary = trace.Summarise();
        Assert.Equal((1L, 1L), (summary.Traced.Exits, summary.Traced.Complete));
        Assert.Equal((Severity.Error, 1L), summary.Findings.Single(f => f.Id == "backwards") is var f ? (f.Severity, f.Count) : default);
    }

    [Fact]
    public void An_exit_that_lacks_an_end_is_in_no_figure()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        var torso = trace.Class(SyntheticTrace.Full[1..], calibrated: false);
        var point = trace.Class([Stamp.RcuStart], calibrated: false);
        trace.Block(All, 0, 4).Exit(full, Usual).Exit(torso, Usual.AsSpan(1)).Exit(point).Exit(point);
        var summary = trace.Summarise();
        Assert.Equal((1L, 1L), (summary.Traced.Exits, summary.Traced.Complete));
        Assert.Equal(3, summary.Findings.Single(f => f.Id == "no-duration").Count);
    }

    [Fact]
    public void Exits_of_another_kind_stay_out_of_the_table()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        var cpuid = trace.Class(
            [Stamp.GuestBefore, Stamp.RcuStart, Stamp.RcuEnd, Stamp.GuestAfter],
            kind: ExitKind.Cpuid,
            destination: Destination.Kernel
        );
        trace.Block(All, 0, 3).Exit(full, Usual).Exit(cpuid, 26, 26, 26).Exit(full, Usual);
        var summary = trace.Summarise();
        Assert.Equal(Usual.Sum(), summary.Configurations[0].Total.Mean);
        Assert.Equal(0, summary.Configurations[0].Incomplete.Exits);
        Assert.Equal(1, summary.Findings.Single(f => f.Id == "other-kinds").Count);
    }

    [Fact]
    public void Two_classes_with_the_same_signature_share_a_table()
    {
        var trace = new SyntheticTrace();
        var one = trace.Class(SyntheticTrace.Full);
        var other = trace.Class(SyntheticTrace.Full);
        trace.Block(All, 0, 2).Exit(one, Usual).Exit(other, Usual);
        Assert.Equal((2L, 2L), trace.Summarise().Traced is var t ? (t.Exits, t.Complete) : default);
    }

    [Fact]
    public void A_signature_that_the_border_table_does_not_explain_is_an_error()
    {
        var trace = new SyntheticTrace();
        var odd = trace.Class([Stamp.GuestBefore, Stamp.KvmHypercall, Stamp.GuestAfter]);
        trace.Block(All, 0, 1).Exit(odd, 26, 26);
        var summary = trace.Summarise();
        Assert.Empty(summary.Configurations[0].Stages);
        Assert.Equal(Severity.Error, summary.Findings.Single(f => f.Id == "unexplained-signature").Severity);
    }

    [Fact]
    public void Without_calibration_there_are_totals_and_an_error()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full, calibrated: false);
        trace.Block(All, 0, 1).Exit(full, Usual);
        var summary = trace.Summarise();
        Assert.Equal(Usual.Sum(), summary.Configurations[0].Total.Mean);
        Assert.Empty(summary.Configurations[0].Stages);
        Assert.Equal(Severity.Error, summary.Findings.Single(f => f.Id == "not-calibrated").Severity);
    }

    [Fact]
    public void A_damaged_batch_is_a_finding_and_what_precedes_the_damage_counts()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        trace.Block(All, 0, 1).Exit(full, Usual);
        trace.Summarise();
        // The second exit of this batch names class 7, which there is not.
        byte[] data = new byte[ExitBatch.Padding + 18];
        data[0] = 0;
        data[17] = 14;
        trace.Analysis.Exits(new ExitBatch(0, 0, 2, 0, data));
        var summary = trace.Summarise();
        Assert.Equal(2, summary.Traced.Exits);
        Assert.Equal(
            (Severity.Error, 1L),
            summary.Findings.Single(f => f.Id == "damaged-batch") is var f ? (f.Severity, f.Count) : default
        );
    }

    /// <summary>Three exits, one of them incomplete.</summary>
    private static void Check(TraceSummary summary, string cause, double completeMean, double odd)
    {
        Assert.Equal((3L, 2L), (summary.Traced.Exits, summary.Traced.Complete));
        Assert.Equal(1, summary.Traced.IncompleteByCause[cause]);
        Assert.Equal(1, summary.Traced.IncompleteByCause.Values.Sum());
        Assert.Equal(1, summary.Findings.Single(f => f.Id == "incomplete-" + cause).Count);
        var configuration = summary.Configurations[0];
        Assert.Equal(completeMean, configuration.Stages.Sum(s => s.Cycles.Mean), 6);
        Assert.Equal((1L, (2 * completeMean + odd) / 3 - completeMean), (configuration.Incomplete.Exits, configuration.Incomplete.Mean));
        Assert.Equal(configuration.Total.Mean, configuration.Stages.Sum(s => s.Cycles.Mean) + configuration.Incomplete.Mean, 6);
    }
}

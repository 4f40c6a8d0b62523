using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;
using static ExitProf.Tests.Attach.LivePages;

namespace ExitProf.Tests.Attach;

/// <summary>The same exits as perf's table, its text and the bytes have them: what is explained, and what is not.</summary>
public sealed class CrosscheckTests
{
    private const uint Io = 0x7b, Cpuid = 0x72;

    [Fact]
    public void Equal_counts_and_rounded_times_are_explained()
    {
        CrosscheckRow row = Assert.Single(Crosscheck.Of(Table(("io", 2, 104)), Own(Pair(Io, 100, 202), Pair(Io, 300, 403)),
            Own(Pair(Io, 100, 202), Pair(Io, 300, 403))));
        Assert.True(row.IsExplained);
        Assert.Equal(new CrosscheckCount(2, 2, 205), row.Own);
        Assert.Contains("hundredths of a microsecond", Assert.Single(row.Differences));
    }

    [Fact]
    public void What_perf_leaves_out_before_the_first_entry_is_explained_and_more_than_that_is_not()
    {
        LiveReasons own = Own(Pair(Io, 100, 200), Pair(Io, 300, 400), Pair(Io, 500, 600));
        CrosscheckRow one = Assert.Single(Crosscheck.Of(Table(("io", 2, 100)), null, own));
        Assert.True(one.IsExplained);
        Assert.Contains("before its first kvm_entry", Assert.Single(one.Differences));

        own = Own(Pair(Io, 100, 200), Pair(Io, 300, 400), Pair(Io, 500, 600));
        CrosscheckRow two = Assert.Single(Crosscheck.Of(Table(("io", 1, 100)), null, own));
        Assert.False(two.IsExplained);
        Assert.Contains("not explained", Assert.Single(two.Differences));
    }

    [Fact]
    public void A_reason_that_only_one_side_has_is_a_row_and_not_explained()
    {
        var rows = Crosscheck.Of(Table(("io", 1, 100), ("cpuid", 1, 50)), null, Own(Pair(Io, 100, 200)));
        Assert.Equal(["io", "cpuid"], rows.Select(r => r.Reason));
        Assert.Equal([true, false], rows.Select(r => r.IsExplained));
        using var text = new StringWriter();
        CrosscheckReport.Write(text, rows, ["perf script cannot be asked: perf is not installed."], 120, colour: false);
        Assert.Contains("2 reasons; 1 has a difference that is not explained.", text.ToString());
        Assert.Contains("perf is not installed", text.ToString());
    }

    [Fact]
    public void Text_that_differs_from_the_bytes_is_not_explained()
    {
        CrosscheckRow row = Crosscheck.Of(null, Own(Pair(Cpuid, 100, 200)), Own(Pair(Cpuid, 100, 200), Pair(Cpuid, 300, 400)))[0];
        Assert.False(row.IsExplained);
        Assert.Contains("1 exit,", Assert.Single(row.Differences));
    }

    [Fact]
    public void The_live_view_has_rates_shares_and_quantiles_of_the_last_interval_only()
    {
        LiveReasons reasons = Own(Pair(Io, 100, 400), Pair(Cpuid, 500, 600));
        using var text = new StringWriter();
        TopReport.Write(text, reasons.Take(), reasons.Trace, 0.5, 100, 40, colour: false);
        Assert.Contains("4 exits a second", text.ToString());
        Assert.Matches(@"io +2 +75\.0 % +300 +300", text.ToString());
        Assert.Equal(0, reasons.Take()!.Count);
    }

    private static (ulong, byte[])[] Pair(uint reason, ulong exit, ulong entry) => [(exit, Exit(7, reason)), (entry, Entry(7))];

    private static LiveReasons Own(params (ulong, byte[])[][] pairs)
    {
        var reasons = new LiveReasons();
        var live = new LiveExits(reasons, backend => new TraceHeader(
            "import", TraceSource.Import("perf.data"), backend, "", Native: true, "kvm", EventGroups.Kvm, TraceClock.OfText(nanoseconds: true),
            0, 0, DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])], []), Formats, null, RingBufferLayout.Default, [0],
            byNotes: false);
        live.AddPage(0, Page([.. pairs.SelectMany(p => p)]));
        live.Complete([0], interrupted: false);
        return reasons;
    }

    /// <summary>A table with samples and means in nanoseconds.</summary>
    private static LiveReasons Table(params (string Reason, long Samples, double Mean)[] rows)
    {
        var reasons = new LiveReasons();
        foreach ((string reason, long samples, double mean) in rows)
        {
            reasons.Metric(new TableFigure("perf kvm stat", reason, "samples", samples, "exits"));
            reasons.Metric(new TableFigure("perf kvm stat", reason, "time", samples * mean, "ns"));
        }
        return reasons;
    }
}

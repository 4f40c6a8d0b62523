using ExitProf.Analysis;

namespace ExitProf.Tests.Comparing;

/// <summary>Tables of <c>perf kvm stat</c> as people post them: other columns by version and architecture, wrapped by mail.</summary>
public sealed class PerfKvmStatTests
{
    private static MetricFile Read(string text) => NumberFormatsTests.Read(text);

    private static (string, double, string)[] Rows(MetricFile file) => [.. file.Metrics.Select(m => (m.Name, m.Values[0], m.Unit))];

    [Fact]
    public void The_mean_time_of_an_exit_is_read_and_shares_are_not()
    {
        MetricFile file = Read("""
            Analyze events for all VMs, all VCPUs:

                         VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time

                   EPT_VIOLATION     760998    54.85%     7.23%      0.92us  31765.89us      7.78us ( +-   1.46% )
            [..]

            Total Samples:1387305, Total events handled time:81900258.99us.
            """);
        Assert.Equal([("EPT_VIOLATION", 7.78, "us")], Rows(file));
        Assert.Contains(file.Findings, f => f.Id == "shares-not-compared");
        Assert.Contains(file.Findings, f => f.Id == "means-only");
        // Rows were cut off, so nothing is said of their sum.
        Assert.DoesNotContain(file.Findings, f => f.Id == "table-disagrees");
    }

    [Fact]
    public void Tables_of_2013_have_no_least_and_largest_time_and_accesses_have_tables_of_their_own()
    {
        MetricFile file = Read("""
                Analyze events for all VCPUs:

                         VM-EXIT    Samples    Samples%     Time%    Avg time

                       APIC_ACCESS      65381    66.58%     5.95%     37.72us ( +-   6.54% )
                               HLT       4496     4.58%    90.75%   8360.34us ( +-   5.22% )

                     MMIO Access    Samples  Samples%     Time%         Avg time

                    0xfee00380:W      58686    90.21%    15.67%      4.95us ( +-   2.96% )

                  IO Port Access    Samples  Samples%     Time%         Avg time

                     0xc090:POUT        383   100.00%   100.00%     89.00us ( +-  42.94% )
            """
        );
        Assert.Equal(
            [("APIC_ACCESS", 37.72, "us"), ("HLT", 8360.34, "us"), ("MMIO 0xfee00380:W", 4.95, "us"), ("IO port 0xc090:POUT", 89.00, "us")],
            Rows(file)
        );
    }

    [Fact]
    public void Rows_and_headers_that_a_mail_wrapped_are_put_together()
    {
        MetricFile file = Read("""
                         VM-EXIT    Samples  Samples%     Time%    Min Time    Max
            Time         Avg time
              EXTERNAL_INTERRUPT     471831    59.89%    68.58%      0.64us
            65.42us      2.34us ( +-   0.11% )
                       MSR_WRITE     238932    30.33%    23.07%      0.48us
            41.05us      1.56us ( +-   0.14% )
            """);
        Assert.Equal([("EXTERNAL_INTERRUPT", 2.34, "us"), ("MSR_WRITE", 1.56, "us")], Rows(file));
    }

    [Fact]
    public void Where_a_table_has_no_mean_it_is_the_total_by_the_samples()
    {
        MetricFile file = Read("""
            KVM event statistics (6 entries)
            Event name                   Samples       Sample%     Time (n)
            STORE_GUEST_PAGE_FAULT         17485        48.00%    15228951
              LOAD_GUEST_PAGE_FAULT         15483        43.00%    10553298
            """);
        Assert.Equal(["STORE_GUEST_PAGE_FAULT", "LOAD_GUEST_PAGE_FAULT"], file.Metrics.Select(m => m.Name));
        Assert.Equal(870.972, file.Metrics[0].Values[0], 3);
        Assert.Equal("ns", file.Metrics[0].Unit);
        Assert.Equal([("STORE_GUEST_PAGE_FAULT", 74274, "ns")], Rows(Read("""
            Event name                Samples   Sample%    Time (ns)     Time%   Max Time (ns)   Min Time (ns)  Mean Time (ns)
            STORE_GUEST_PAGE_FAULT     26968     54.00%    2003031800    40.00%       3361400           27600           74274
            """)));
    }

    [Fact]
    public void A_table_that_contradicts_itself_is_a_finding()
    {
        const string Table = """
                VM-EXIT       Samples   Pct%    Avg t (ns)    Min t     Max t
             EPT_VIOLATION      8921   32.1%      14000        800      89000
             HLT                4521   16.3%     150200       1200    8900000

            Total Samples:13442, Total events handled time:{0}ns
            """;
        Assert.Contains(
            "one of them is wrong",
            Assert.Single(Read(Table.Replace("{0}", "1006657000", StringComparison.Ordinal)).Findings, f => f.Id == "table-disagrees").Text
        );
        Assert.DoesNotContain(Read(Table.Replace("{0}", "803948200", StringComparison.Ordinal)).Findings, f => f.Id == "table-disagrees");
    }

    [Fact]
    public void A_reason_may_have_several_words()
    {
        MetricFile file = Read("""
            > Analyze events for all VMs, all VCPUs:
            >
            >              VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time
            >    Host interruption      14143    56.65%     1.69%      0.77us    235.41us      1.70us ( +-   2.02% )
            > DIAG (0x500) time slice end  4     0.02%     0.00%      1.06us      1.48us      1.29us ( +-   7.01% )
            """);
        Assert.Equal([("Host interruption", 1.70, "us"), ("DIAG (0x500) time slice end", 1.29, "us")], Rows(file));
    }

    [Fact]
    public void A_row_of_other_columns_is_refused_with_its_line() => Assert.Contains(
        "Line 2 of a.txt is a row of perf kvm stat with other columns",
        Assert.Throws<InputException>(() => Read("VM-EXIT Samples Samples% Time% Avg time\nHLT 4496 4.58%\n")).Message);
}

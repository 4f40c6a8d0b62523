using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Tables that other tools printed: every row is a metric, and what does not add up is said.</summary>
public sealed class TableTests
{
    [Fact]
    public void A_table_whose_parts_do_not_add_up_is_flagged_with_the_gap()
    {
        var text = ImportedText.OfFile("field", "inconsistent-doc-trace-and-table.txt");
        Finding flagged = Assert.Single(text.Findings, f => f.Id == "table-inconsistent");
        Assert.Contains("906,476,500", flagged.Text);
        Assert.Contains("1,006,657,000", flagged.Text);
        Assert.Contains("-10.0 %", flagged.Text);
        Assert.Equal((14000, "ns"), Value(text, "EPT_VIOLATION", "mean"));
        Assert.Equal((800, "ns"), Value(text, "EPT_VIOLATION", "min"));
        Assert.Equal((89000, "ns"), Value(text, "EPT_VIOLATION", "max"));
    }

    [Fact]
    public void Tables_that_add_up_are_not_flagged()
    {
        var text = ImportedText.OfFile("field", "perf-kvm-2013-three-tables.txt");
        Assert.DoesNotContain(text.Findings, f => f.Id is "table-inconsistent" or "table-rows-cut");
        Assert.Contains("54 do not pair", Assert.Single(text.Findings, f => f.Id == "counts-do-not-pair").Text);
        Assert.Equal((93.39, "us"), Value(text, "IO_INSTRUCTION", "mean"));
        Assert.Equal((89.00, "us"), Value(text, "0xc090:POUT", "mean"));
    }

    [Fact]
    public void Rows_and_headers_that_a_mail_program_wrapped_are_whole_again()
    {
        var text = ImportedText.OfFile("field", "synic-on-off.txt");
        Assert.Equal(["90.2 %", "98.2 %"], text.Findings.Where(f => f.Id == "table-rows-cut")
            .Select(f => f.Text.Split('(')[^1].Split(')')[0]));
        TableFigure[] totals = [.. text.Metrics.Where(m => m.Row == "(total)")];
        Assert.Equal([787803, 1611193.84, 342788, 715695.62], totals.Select(m => m.Value));
        Assert.Equal((65.42, "us"), Value(text, "EXTERNAL_INTERRUPT", "max"));
        Assert.Equal((2.34, "us"), Value(text, "EXTERNAL_INTERRUPT", "mean"));
    }

    [Fact]
    public void Shares_of_two_tables_are_of_different_wholes_and_the_times_are_there_to_compare()
    {
        var text = ImportedText.OfFile("field", "ipi-fastpath-time-share.txt");
        double[] times = [.. text.Metrics.Where(m => m is { Row: "MSR_WRITE", Column: "time" }).Select(m => m.Value / 1e6)];
        Assert.Equal([5.85, 3.90], times.Select(t => Math.Round(t, 2)));
        Assert.Single(text.Findings, f => f.Id == "several-tables");
    }

    [Theory]
    [InlineData("perf-kvm-stat-classic.txt", "EPT_VIOLATION", "mean", 7.78, "us")]
    [InlineData("perf-kvm-stat-2013-no-min-max.txt", "HLT", "mean", 8360.34, "us")]
    [InlineData("perf-kvm-stat-2013-no-min-max.txt", "0xfee00380:W", "samples", 58686, "exits")]
    [InlineData("perf-kvm-stat-riscv.txt", "STORE_GUEST_PAGE_FAULT", "mean", 74274, "ns")]
    [InlineData("perf-kvm-stat-riscv.txt", "VIRTUAL_INST_FAULT", "time", 6646458, "ns")]
    [InlineData("perf-kvm-stat-mail-wrapped-no-error.txt", "MSR_WRITE", "max", 159.60, "us")]
    [InlineData("bcc-kvmexit.txt", "4036993 4037007 EXIT_REASON_IO_INSTRUCTION", "samples", 19642, "exits")]
    [InlineData("kvm_stat-x86.txt", "kvm_fpu", "per second", 2773738, "events")]
    [InlineData("bpftrace-kvmexits-hist-wrong-names.txt", "cpuid [256, 512)", "samples", 205, "exits")]
    [InlineData("bpftrace-kvmexits-hist-wrong-names.txt", "write_cr4 [1K, 2K)", "samples", 54, "exits")]
    [InlineData("kvm-unit-tests-x86-lines.txt", "vmcall", "mean", 1559, "cycles")]
    [InlineData("kvm-unit-tests-x86-lines.txt", "vmcall (2)", "mean", 1539, "cycles")]
    [InlineData("kvm-unit-tests-arm-microbench.txt", "hvc", "mean", 408, "ns")]
    [InlineData("kvm-unit-tests-arm-microbench.txt", "timer_10ms", "time", 466660, "ns")]
    public void Every_tool_gives_its_rows(string file, string row, string column, double value, string unit) =>
        Assert.Equal((value, unit), Value(ImportedText.OfFile("field", "dialects", file), row, column));

    [Theory]
    [InlineData("> ", "")]
    [InlineData(">> ", "=20")]
    [InlineData("> > ", "")]
    [InlineData("", "=20")]
    public void A_table_that_a_mail_quotes_is_a_table(string before, string after)
    {
        string[] lines =
        [
            "             VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time", "",
            "       EPT_VIOLATION       1000    50.00%     1.00%      0.92us     65.89us      2.00us ( +-   1.46% )", "",
            "                 HLT       1000    50.00%    99.00%      0.92us    265.89us    198.00us ( +-   1.46% )", "",
            "Total Samples:2000, Total events handled time:200000.00us.",
        ];
        var text = ImportedText.Of(string.Concat(lines.Select(l => $"{before}{l}{after}\n")));
        Assert.Equal(["EPT_VIOLATION", "HLT", "(total)"], text.Metrics.Select(m => m.Row).Distinct());
        Assert.DoesNotContain(text.Findings, f => f.Id is "table-rows-cut" or "table-inconsistent");
    }

    [Fact]
    public void Statistics_of_bpftrace_have_a_count_a_mean_and_a_sum()
    {
        var text = ImportedText.Of("Attaching 2 probes...\n@us[12]: count 5, average 30, total 150\n"
            + "@us[30]: count 2, average 7, total 14\n");
        Assert.Equal([("HLT", "count", 5.0), ("HLT", "average", 30), ("HLT", "total", 150)],
            text.Metrics.Where(m => m.Row == "HLT").Select(m => (m.Row, m.Column, m.Value)));
        Assert.Equal((14, ""), Value(text, "IO_INSTRUCTION", "total"));
    }

    [Fact]
    public void Two_tables_of_micro_bench_in_one_text_stay_apart()
    {
        const string table = "Timer Frequency 25000000 Hz (Output in microseconds)\n\nname    total ns    avg ns\n-----\n";
        var text = ImportedText.Of($"{table}hvc 168674516.0 2573.0\nlpi test skipped\n{table}hvc 158674516.0 2421.0\nPASS micro-bench\n");
        Assert.Equal([("micro-bench", 2573.0), ("micro-bench (2)", 2421.0)],
            text.Metrics.Where(m => m is { Row: "hvc", Column: "mean" }).Select(m => (m.Table, m.Value)));
    }

    [Fact]
    public void Rows_of_kvm_stat_without_a_rate_or_a_share_keep_what_they_have()
    {
        var text = ImportedText.Of(" Event                    Total %Total CurAvg/s\n kvm_exit     238402   55.0    11931\n"
            + "   EPT_VIOLATION      100000   41.9         \n Total                    476802           23861\n");
        Assert.Equal(11931, Value(text, "kvm_exit", "per second").Item1);
        Assert.Equal([(100000.0, "samples"), (41.9, "samples share")],
            text.Metrics.Where(m => m.Row == "EPT_VIOLATION").Select(m => (m.Value, m.Column)));
        Assert.Equal([(476802.0, "samples"), (23861.0, "per second")],
            text.Metrics.Where(m => m.Row == "Total").Select(m => (m.Value, m.Column)));
    }

    [Fact]
    public void A_row_of_kvm_stat_with_a_column_too_many_is_not_read_into_the_wrong_columns()
    {
        var text = ImportedText.Of(" Event      Total %Total CurAvg/s Other\n kvm_fpu   52166411   46.8  2773738 12\n"
            + " kvm_exit   12   1.0  3\n");
        Assert.Equal(["kvm_exit"], text.Metrics.Select(m => m.Row).Distinct());
        Assert.Equal(1, text.Metrics.Count(m => m is { Column: "per second", Value: 3 }));
    }

    [Fact]
    public void What_kvm_stat_prints_once_has_no_header()
    {
        var text = ImportedText.Of("kvm_exit                    12345       123\nkvm_exit(HLT)               345        23\n");
        Assert.Equal((12345, "events"), Value(text, "kvm_exit", "samples"));
        Assert.Equal((23, "events"), Value(text, "kvm_exit(HLT)", "per second"));
    }

    [Fact]
    public void Names_of_the_wrong_vendor_are_called_so()
    {
        var text = ImportedText.OfFile("field", "dialects", "bpftrace-kvmexits-hist-wrong-names.txt");
        Assert.Contains("20 is write_cr4, not VMLAUNCH", Assert.Single(text.Findings, f => f.Id == "reasons-misnamed").Text);
    }

    [Fact]
    public void A_histogram_and_a_table_of_a_monitor_stand_beside_its_events()
    {
        var text = ImportedText.OfFile("field", "perf-monitor-two-clocks.txt");
        Assert.Equal(69783, text.Metrics.Where(m => m.Row.Contains("->", StringComparison.Ordinal)).Sum(m => m.Value));
        Assert.Equal((17504.350, "us"), Value(text, "EXTERNAL_INTERRUPT", "time"));
        Assert.Equal((40619, "exits"), Value(text, "HLT", "samples"));
    }

    private static (double, string) Value(ImportedText text, string row, string column)
    {
        TableFigure found = text.Metrics.First(m => m.Row == row && m.Column == column);
        return (found.Value, found.Unit);
    }
}

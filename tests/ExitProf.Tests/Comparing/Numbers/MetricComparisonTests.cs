using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>Which measurements are held against each other, and which are refused.</summary>
public sealed class MetricComparisonTests
{
    private const string Harness = """
        # {0} (harness reads the counter {1})
        Timer Frequency 100000000 Hz (Output in microseconds)
        name                                    total ns                         avg ns
        hvc                                      26774980.0                      408.0
        eoi                                       1735610.0                       26.0

        """;

    private static readonly string Before = Harness.Replace("{0}", "before", StringComparison.Ordinal)
        .Replace("{1}", "around every call", StringComparison.Ordinal);

    private static NumberText Text(string text, string name) => NumberText.Read(name, new StringReader(text));

    private static ComparisonSummary Compare(string first, string second, Gate? gate = null, string unit = "", Better? better = null,
        bool acrossHosts = false) =>
        MetricComparison.Of(gate ?? Gate.Usual, MeasuredSides.Of([Text(first, "base.txt")], [Text(second, "new.txt")]), unit, better, acrossHosts);

    private static string Refusal(string first, string second, Gate? gate = null) =>
        Assert.Throws<InputException>(() => Compare(first, second, gate)).Message;

    // Not in their order: numbers that rise all along are a drift.
    private static string Numbers(double from, double step, int count) =>
        string.Concat(Enumerable.Range(0, count).OrderBy(i => i * 3 % 7).ThenBy(i => i)
            .Select(i => FormattableString.Invariant($"{from + step * i}\n")));

    [Fact]
    public void A_direction_that_is_given_is_that_of_the_rates()
    {
        string Table(double time, double rate) =>
            "latency_us,throughput MB/s\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"{time + i % 3},{rate + i % 4}\n"));
        ComparisonSummary c = Compare(Table(100, 500), Table(120, 600), better: Better.Higher);
        Assert.Equal([Verdict.Worse, Verdict.Better], c.Rows.Select(r => r.Total.Verdict));
        // Where nothing is a rate it is that of everything.
        string low = "points 101\npoints 103\npoints 101\npoints 102\n", high = low.Replace(" 10", " 20", StringComparison.Ordinal);
        Assert.Equal(Verdict.Better, Compare(low, high, better: Better.Higher).Verdict);
    }

    [Fact]
    public void Metrics_are_matched_by_name_and_missing_ones_are_listed()
    {
        ComparisonSummary c = Compare("vmcall 1559\ncpuid 1300\nmov_dr 90\n", "cpuid 1310\nvmcall 1539\nipi 5000\n");
        Assert.Equal(["vmcall", "cpuid"], c.Rows.Select(r => r.Name));
        Assert.All(c.Rows, r => Assert.Equal(("cycles", Verdict.CannotTell), (r.Unit, r.Total.Verdict)));
        Assert.Equal(["Only the base has mov_dr: it was not compared.", "Only the new side has ipi: it was not compared."],
            c.Findings.Where(f => f.Id == "missing-metric").Select(f => f.Text));
        Assert.Equal(-20, c.Rows[0].Total.Absolute.Value, 9);
    }

    [Fact]
    public void No_metric_in_common_is_refused_with_the_names() =>
        Assert.Equal("No metric is on both sides: base.txt has cpuid, and new.txt has vmcall.", Refusal("cpuid 1\n", "vmcall 2\n"));

    [Fact]
    public void Two_commands_of_hyperfine_are_compared_though_their_names_differ()
    {
        const string Export = """{"results":[{"command":"COMMAND","times":[TIMES]}]}""";
        string A = Export.Replace("COMMAND", "./base", StringComparison.Ordinal).Replace("TIMES", "0.102477719475,0.103097240475,0.108904284475,0.104702019475", StringComparison.Ordinal);
        string B = Export.Replace("COMMAND", "./new", StringComparison.Ordinal).Replace("TIMES", "0.157474695475,0.153803724475,0.15612386547,0.155996395475", StringComparison.Ordinal);
        ComparisonSummary c = Compare(A, B);
        Assert.Equal(Verdict.Worse, c.Verdict);
        Assert.Equal(48.75, c.Rows[0].Total.Percent.Value, 2);
        Assert.Contains(c.Findings, f => f.Id == "other-name");
        string both = A[..^2] + "," + B[(B.IndexOf('[', StringComparison.Ordinal) + 1)..];
        ComparisonSummary one = MetricComparison.Of(Gate.Usual, MeasuredSides.Of(Text(both, "both.json"))!, "", null, false);
        Assert.Equal(48.75, one.Rows[0].Total.Percent.Value, 2);
        Assert.Equal(["./base", "./new"], one.Base.Concat(one.New));
    }

    [Fact]
    public void Two_kinds_are_refused_by_the_names_of_both() => Assert.Equal(
        "base.txt holds plain numbers and new.txt holds the benchmark text of go test: numbers of two kinds do not mean the same.", Refusal("1\n2\n", "BenchmarkX 10 5 ns/op\n"));

    [Fact]
    public void A_harness_that_changed_is_refused_and_named()
    {
        string after = Before.Replace("before", "after", StringComparison.Ordinal)
            .Replace("around every call", "once before and once after the loop", StringComparison.Ordinal);
        Assert.Contains("The ruler changed: the harness is 'reads the counter around every call' in base.txt and 'reads the counter once before", Refusal(Before, after));
        Assert.Contains("The ruler changed: the harness",
            Assert.Throws<InputException>(() => MetricMatching.Of(MeasuredSides.Of(Text(Before + after, "both.txt"))!, "")).Message);
        Assert.Equal(2, Compare(Before, Before.Replace("408", "409", StringComparison.Ordinal)).Rows.Length);
    }

    [Theory]
    [InlineData("before (each call timed on its own)", "after (the whole loop timed once)")]
    [InlineData("before: timed with rdtsc", "after: timed with rdtscp")]
    [InlineData("before; measured with 1000 iterations per call", "after; measured with 1 iteration per call")]
    [InlineData("before (benchmark uses wall time)", "after (benchmark uses cpu time)")]
    [InlineData("ns per call, loop overhead included", "ns per call, loop overhead excluded")]
    [InlineData("the harness stops the timer in the callee", "the harness stops the timer in the caller")]
    [InlineData("cycles, tool version 1", "cycles, tool version 2")]
    [InlineData("each value is the mean of 100 calls", "each value is the mean of 1000 calls")]
    [InlineData("cycles per call", "cycles per 1000 calls")]
    [InlineData("TSC 2100 MHz", "TSC 2600 MHz")]
    [InlineData("latency in us, fio-3.28", "latency in us, fio-3.35")]
    public void A_ruler_that_changed_is_refused_in_other_words_too(string before, string after)
    {
        string numbers = Numbers(100, 0.1, 10);
        Assert.StartsWith("The ruler changed: the ", Refusal($"# {before}\n{numbers}", $"# {after}\n{numbers}"));
        Assert.Single(Compare($"# {before}\n{numbers}", $"# {before}\n{numbers}").Rows);
    }

    [Theory]
    [InlineData("measured with the timer patch, 10 runs", "measured without the timer patch, 10 runs")]
    [InlineData("base, measured on kernel 6.1", "new, measured on kernel 6.8")]
    [InlineData("each call timed with rdtscp, measured over 1000 iterations", "each call timed with rdtscp; measured over 1000 iterations")]
    [InlineData("timer slack 50", "timer slack 0")]
    public void What_was_changed_to_see_its_effect_is_no_other_ruler(string before, string after)
    {
        string numbers = Numbers(100, 0.1, 10);
        Assert.Single(Compare($"# {before}\n{numbers}", $"# {after}\n{numbers}").Rows);
    }

    [Theory]
    [InlineData(0, 0, Verdict.Same)]
    [InlineData(1, 1, Verdict.Same)]
    [InlineData(1, 2, Verdict.Worse)]
    [InlineData(0, 12, Verdict.Worse)]
    [InlineData(12000, 12001, Verdict.Same)]
    [InlineData(24000, 12000, Verdict.Better)]
    public void A_count_that_is_equal_in_every_run_has_no_grain(int before, int after, Verdict verdict)
    {
        ComparisonSummary counts = Compare(Lines(before), Lines(after));
        Assert.Equal(verdict, counts.Verdict);
        Assert.Contains(counts.Findings, f => f.Id == "equal-values" && f.Text.Contains("a count has no grain", StringComparison.Ordinal));
        Assert.Equal(Verdict.CannotTell,
            Compare(Lines(1).Replace("exits", "ms", StringComparison.Ordinal), Lines(1).Replace("exits", "ms", StringComparison.Ordinal))
                .Verdict);

        static string Lines(int value) => "# exits\n" + string.Concat(Enumerable.Repeat($"{value}\n", 10));
    }

    [Fact]
    public void A_number_may_have_its_unit_behind_it()
    {
        Assert.Equal("ms", Compare("1.5 ms\n1.6 ms\n", "1.5ms\n1.7ms\n").Rows[0].Unit);
        Assert.Contains("IOPS, a rate", Assert.Throws<DirectionException>(() => Compare("1000 IOPS\n1010 IOPS\n", "1600 IOPS\n1610 IOPS\n")).Message);
        Assert.Contains("Line 2 of base.txt is in us, and what stands before it is in ms", Refusal("1.5 ms\n1600 us\n", "1.5 ms\n"));
        Assert.Contains("is not a number", Refusal("1.5 apples\n", "1.5\n"));
    }

    [Fact]
    public void Another_clock_is_another_ruler() => Assert.Contains(
        "the timer frequency is '100000000 Hz' in base.txt and '25000000 Hz' in new.txt", Refusal(Before, Before.Replace("100000000", "25000000", StringComparison.Ordinal)));

    [Fact]
    public void Another_count_of_iterations_is_another_ruler() => Assert.Contains(
        "the count of iterations of hvc is '65,465 to 65,624' in base.txt and '6,547 to 6,562' in new.txt", Refusal(Before, Before.Replace("26774980.0", "2677498.0", StringComparison.Ordinal)));

    [Theory]
    [InlineData("# cycles, 8 runs\n", "# ns, 8 runs\n", "the unit is 'cycles' in base.txt and 'ns' in new.txt")]
    [InlineData("# clock: tsc\n", "# clock: hpet\n", "the clock is 'tsc' in base.txt and 'hpet' in new.txt")]
    [InlineData("# 1,000 iterations a run\n", "# 2000 iterations a run\n", "the count of iterations is '1000' in base.txt and '2000' in new.txt")]
    public void What_comments_say_of_the_ruler_counts(string first, string second, string expected) =>
        Assert.Contains(expected, Refusal(first + Numbers(100, 1, 8), second + Numbers(100.5, 1, 8)));

    [Fact]
    public void Builds_of_a_benchmark_library_are_a_part_of_the_ruler()
    {
        string first = string.Join('\n', NumberFormatsTests.Fixture("google-benchmark.json").Lines),
            second = first.Replace("\"debug\"", "\"release\"", StringComparison.Ordinal);
        Assert.Contains("the build of the library is 'debug' in base.txt and 'release' in new.txt", Refusal(first, second));
    }

    [Fact]
    public void Numbers_of_another_machine_are_refused_unless_that_is_wanted()
    {
        string first = string.Join('\n', NumberFormatsTests.Fixture("go-bench.txt").Lines),
            second = first.Replace("AMD EPYC", "Intel Xeon", StringComparison.Ordinal);
        Assert.Contains("of different machines (cpu: AMD EPYC | Intel Xeon): give --across-hosts", Refusal(first, second));
        Assert.Contains(Compare(first, second, acrossHosts: true, better: Better.Lower).Hosts, h => h.Fact == "cpu");
    }

    [Theory]
    [InlineData("MiB/s")]
    [InlineData("MBps")]
    [InlineData("kIOPS")]
    [InlineData("MHz")]
    [InlineData("s^-1")]
    [InlineData("ops·s⁻¹")]
    [InlineData("bytes/cycle")]
    [InlineData("IPC")]
    [InlineData("requests per second")]
    public void A_rate_needs_a_direction(string unit)
    {
        Assert.Contains($"is in {unit}, a rate",
            Assert.Throws<DirectionException>(() => Compare(Numbers(1000, 5, 8), Numbers(1600, 5, 8), unit: unit)).Message);
        Assert.Equal(Verdict.Better, Compare(Numbers(1000, 5, 8), Numbers(1600, 5, 8), unit: unit, better: Better.Higher).Verdict);
        Assert.Equal(Verdict.Worse, Compare(Numbers(1000, 5, 8), Numbers(1600, 5, 8), unit: unit, better: Better.Lower).Verdict);
    }

    [Theory]
    [InlineData("# MiB/s, 8 runs\n", "MiB/s")]
    [InlineData("# fio randread IOPS\n", "IOPS")]
    [InlineData("# throughput in Gbit/s (iperf3)\n", "Gbit/s")]
    public void A_comment_can_say_that_numbers_are_a_rate(string comment, string unit) =>
        Assert.Contains($"is in {unit}, a rate",
            Assert.Throws<DirectionException>(() => Compare(comment + Numbers(1000, 5, 8), Numbers(1600, 5, 8))).Message);

    [Theory]
    [InlineData("# a timer of 250 Hz\n")]
    [InlineData("# falls by 15 % all along\n")]
    [InlineData("# B\n")]
    public void A_comment_about_something_else_names_no_unit(string comment) =>
        Assert.Equal("", Compare(comment + Numbers(1000, 5, 8), Numbers(1600, 5, 8)).Rows[0].Unit);

    [Theory]
    [InlineData("disk_throughput")]
    [InlineData("Requests/sec")]
    [InlineData("MB/s")]
    [InlineData("ops_per_s")]
    public void A_metric_can_say_by_its_name_that_it_is_a_rate(string name) =>
        Assert.Contains($"{name} is a rate by its name", Assert.Throws<DirectionException>(() => Compare($"{name} 5\n", $"{name} 6\n")).Message);

    [Fact]
    public void A_text_of_both_sides_is_no_side_of_another_comparison() => Assert.Contains("base.txt has both sides", Refusal("# before\n1\n# after\n2\n", "1\n"));

    [Theory]
    [InlineData("ps")]
    [InlineData("ms")]
    [InlineData("cycles/op")]
    [InlineData("steps")]
    public void Other_units_do_not(string unit) =>
        Assert.Equal(Verdict.Worse, Compare(Numbers(1000, 5, 8), Numbers(1600, 5, 8), unit: unit).Verdict);

    [Fact]
    public void A_tool_that_says_its_direction_is_believed()
    {
        string slow = string.Concat(Enumerable.Range(0, 8).Select(i => FormattableString.Invariant($"BenchmarkX 10 {100 + i * 3 % 8} ns/op {900 - i * 3 % 8} MB/s\n")));
        string fast = string.Concat(Enumerable.Range(0, 8).Select(i => FormattableString.Invariant($"BenchmarkX 10 {50 + i * 3 % 8} ns/op {1800 - i * 3 % 8} MB/s\n")));
        ComparisonSummary c = Compare(slow, fast);
        Assert.All(c.Rows, r => Assert.Equal(Verdict.Better, r.Total.Verdict));
        Assert.Equal([false, true], c.Rows.Select(r => r.HigherIsBetter));
        Assert.Contains("leave --higher-is-better out",
            Assert.Throws<DirectionException>(() => Compare("BenchmarkX 10 5 ns/op\n", "BenchmarkX 10 6 ns/op\n", better: Better.Higher)).Message);
    }

    [Fact]
    public void A_gates_file_has_margins_and_directions_by_metric()
    {
        string first = string.Concat(Enumerable.Range(0, 8).Select(i => $"a {1000 + i * 3 % 8}\nb {1000 + i * 3 % 8}\n")),
            second = string.Concat(Enumerable.Range(0, 8).Select(i => $"a {1040 + i * 3 % 8}\nb {1040 + i * 3 % 8}\n"));
        GateFile file = GateFile.Parse("gate.json", """{ "metrics": { "a": { "margin": "2%+60units" }, "b": { "better": "higher" }, "c": { "margin": "1%" } } }""");
        ComparisonSummary c = Compare(first, second, Gate.Usual with { Rules = file.Metrics });
        Assert.Equal([Verdict.Same, Verdict.Better], c.Rows.Select(r => r.Total.Verdict));
        Assert.Contains("no comparison is named c; there are a, b", Assert.Single(c.Findings, f => f.Id == "unused-margin").Text);
    }

    [Theory]
    [InlineData(1000, "2%+30units", Verdict.Same)]
    [InlineData(1000, "2%", Verdict.Worse)]
    [InlineData(1000, "30units", Verdict.Same)]
    [InlineData(1000, "1%+10units", Verdict.Worse)]
    [InlineData(10_000, "2%+30units", Verdict.Same)]
    [InlineData(10_000, "0.1%+10units", Verdict.Worse)]
    public void Of_a_share_and_an_amount_both_have_to_be_exceeded(double level, string text, Verdict expected)
    {
        Assert.True(Margin.TryParse(text, out Margin margin));
        Assert.Equal(text, margin.ToString());
        Assert.Equal(expected, Compare(Numbers(level, 0.5, 8), Numbers(level + 25, 0.5, 8), Gate.Usual with { Margin = margin }).Verdict);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("-1%")]
    [InlineData("200%")]
    [InlineData("2%+30")]
    [InlineData("2%30cycles")]
    [InlineData("nan%")]
    [InlineData("2%+3%")]
    [InlineData("5cycles+3ns")]
    public void What_is_no_margin_is_refused(string text) => Assert.False(Margin.TryParse(text, out _));

    [Fact]
    public void A_margin_in_another_unit_of_time_is_converted_and_any_other_is_refused()
    {
        Assert.Equal(0.3, Margin.OfAmount(300, "ns").In("us", "x").Amount, 12);
        Assert.Contains("is in cycles, and x is in us", Assert.Throws<InputException>(() => Margin.OfAmount(30, "cycles").In("us", "x")).Message);
    }

    [Fact]
    public void Values_of_0_are_judged_by_their_amount_alone()
    {
        ComparisonSummary c = Compare("# a metric that was 0\n" + string.Concat(Enumerable.Repeat("0\n", 8)), "12\n13\n12\n12\n14\n12\n13\n12\n");
        JudgedShift t = c.Rows[0].Total;
        Assert.Equal((Verdict.Worse, 12), (t.Verdict, t.Absolute.Value));
        Assert.False(t.Percent.Exists);
        Assert.True(double.IsNaN(t.Percent.Value));
        Assert.Equal(Verdict.Same,
            Compare(Numbers(-4, 0.1, 8), Numbers(-4.05, 0.1, 8), Gate.Usual with { Margin = Margin.OfAmount(1, "units") }).Verdict);
        Assert.Equal(Verdict.Better, Compare(Numbers(-4, 0.1, 8), Numbers(-9, 0.1, 8)).Verdict);
    }

    [Fact]
    public void A_table_with_a_column_for_each_side_needs_no_other_file()
    {
        const string Table = "                                   before   after\n    cpuid                          14886    13142\n    inl_from_kernel                15218    13518\n";
        MeasuredSides sides = MeasuredSides.Of(Text(Table, "mail.txt"))!;
        ComparisonSummary c = MetricComparison.Of(Gate.Usual, sides, "", null, false);
        Assert.Equal([("cpuid", "cycles", -1744), ("inl_from_kernel", "cycles", -1700)],
            c.Rows.Select(r => (r.Name, r.Unit, Math.Round(r.Total.Absolute.Value, 6))));
        Assert.Equal(["mail.txt (before)"], c.Base);
    }

    [Fact]
    public void Means_of_two_tables_of_perf_kvm_stat_are_compared_and_their_shares_are_not()
    {
        const string Tables = """
            Before patch:

              VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time   Avg time
            MSR_WRITE    5417390    90.01%    16.31%      0.69us    159.60us    1.08us

            After patch:

              VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time   Avg time
            MSR_WRITE    6726109    90.73%    62.18%      0.48us    191.27us    0.58us
            """;
        ComparisonSummary c = MetricComparison.Of(Gate.Usual, MeasuredSides.Of(Text(Tables, "mail.txt"))!, "", null, false);
        Assert.Equal((Verdict.CannotTell, 1.08, 0.58),
            (c.Rows.Single().Total.Verdict, c.Rows[0].Total.Base, Math.Round(c.Rows[0].Total.New, 9)));
        Assert.Contains(c.Findings, f => f.Id == "shares-not-compared");
    }

    [Fact]
    public void A_table_of_a_tool_is_one_side_though_its_lines_look_like_columns() =>
        Assert.Null(MeasuredSides.Of(Text("VM-EXIT Samples Samples% Time% Avg time\nHLT 4496 4.58% 90.75% 8360.34us\nTotal Samples:4496, Total events handled time:37588088.64us.\n", "perf.txt")));

    [Fact]
    public void Fewer_runs_than_a_gate_asks_for_give_no_verdict()
    {
        Gate gate = Gate.Usual with { LeastRuns = 4 };
        ComparisonSummary c = LeastRuns.Hold(Compare(Numbers(100, 0.1, 3), Numbers(150, 0.1, 20), gate));
        Assert.Equal((Verdict.CannotTell, 1), (c.Verdict, c.MoreRuns));
        Assert.Contains("3 of the base and 20 of the new side are fewer runs than the 4 a side", Assert.Single(c.Findings, f => f.Id == "least-runs").Text);
        Assert.Equal(Verdict.Worse, LeastRuns.Hold(Compare(Numbers(100, 0.1, 4), Numbers(150, 0.1, 20), gate)).Verdict);
    }

    [Fact]
    public void The_same_doubt_about_many_metrics_is_one_finding()
    {
        string first = string.Concat(Enumerable.Range(0, 200).Select(i => $"m{i} 100\nm{i} 101\nm{i} 102\n")),
            second = first.Replace(" 10", " 11", StringComparison.Ordinal);
        ComparisonSummary c = Compare(first, second);
        Assert.Equal(200, c.Rows.Length);
        Assert.Equal(c.Findings.Select(f => f.Id).Distinct().Count(), c.Findings.Length);
        Assert.Contains(c.Findings, f => f is { Id: "many-metrics", Severity: Severity.Info });
    }
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>
/// Files of other tools are read into metrics by what is in them. Files under Fixtures/numbers were written by the tools themselves.
/// </summary>
public sealed class NumberFormatsTests
{
    internal static NumberText Fixture(string name) => NumberText.Read(Path.Combine(AppContext.BaseDirectory, "Fixtures", "numbers", name));

    internal static MetricFile Read(string text, string name = "a.txt") =>
        NumberFormats.Read(NumberText.Read(name, new StringReader(text)));

    private static string Refusal(string text) => Assert.Throws<InputException>(() => Read(text)).Message;

    [Theory]
    [InlineData("100\n101\nvmcall 1559\n", "Line 1 of a.txt is a number alone, '100', in a log of kvm-unit-tests' vmexit")]
    [InlineData("enabling apic\nvmcall 1559\n\n102.5\n", "Line 4 of a.txt is a number alone, '102.5'")]
    public void A_number_alone_in_a_log_is_of_another_kind(string text, string expected) =>
        Assert.StartsWith(expected, Refusal(text));

    [Fact]
    public void A_JSON_export_of_hyperfine_has_the_seconds_of_every_run()
    {
        MetricFile file = NumberFormats.Read(Fixture("hyperfine-sleep.json"));
        Assert.Equal("a JSON export of hyperfine", file.Kind);
        Assert.Equal(["sleep 0.01", "sleep 0.012"], file.Metrics.Select(m => m.Name));
        Metric first = file.Metrics[0];
        Assert.Equal("s", first.Unit);
        Assert.Equal(6, first.Values.Length);
        Assert.Equal(0.014564079, first.Values[1]);
        // 18 digits of a sum of floating-point numbers are no measurement.
        Assert.InRange(first.Decimals, 6, 9);
        Assert.True(first.NamedByPlace);
    }

    [Fact]
    public void A_CSV_export_of_hyperfine_has_one_number_a_command_whatever_its_deviation()
    {
        MetricFile file = NumberFormats.Read(Fixture("hyperfine-sleep.csv"));
        Assert.Equal("a CSV export of hyperfine", file.Kind);
        Assert.All(file.Metrics, m => Assert.Single(m.Values));
        Assert.Equal(0.0124080003, file.Metrics[0].Values[0], 9);
        Assert.Contains(file.Findings, f => f.Id == "means-only");
    }

    [Fact]
    public void A_failed_run_of_hyperfine_is_counted()
    {
        Finding finding = Assert.Single(Read("""{"results":[{"command":"x","times":[1.5,1.6],"exit_codes":[0,1]}]}""").Findings);
        Assert.Equal(("failed-runs", 1), (finding.Id, finding.Count));
    }

    [Fact]
    public void A_report_of_Google_Benchmark_has_the_real_time_of_every_repetition()
    {
        MetricFile file = NumberFormats.Read(Fixture("google-benchmark.json"));
        Assert.Equal(["Sum/64", "Sum/512"], file.Metrics.Select(m => m.Name));
        Assert.All(file.Metrics, m => Assert.Equal((3, "ns"), (m.Values.Length, m.Unit)));
        Assert.Equal(27.785371094987624, file.Metrics[0].Values[0], 12);
        Assert.Contains(file.Ruler, f => f is { Name: "build of the library", Value: "debug" });
        Assert.Contains(file.Host, f => f is { Name: "host", Value: "bench-1" });
        Assert.StartsWith("2026-11-30T", file.Date);
        Assert.Contains(file.Findings, f => f.Id == "failed-benchmarks");
        Assert.Contains("cpu_time, exits, items_per_second are left out", Assert.Single(file.Findings, f => f.Id == "left-out").Text);
    }

    [Fact]
    public void Aggregates_of_Google_Benchmark_alone_are_one_number_each()
    {
        MetricFile file = NumberFormats.Read(Fixture("google-benchmark-aggregates.json"));
        Assert.Equal(["Sum/64", "Sum/512"], file.Metrics.Select(m => m.Name));
        Assert.All(file.Metrics, m => Assert.Single(m.Values));
        Assert.Equal(27.099522872934372, file.Metrics[0].Values[0], 12);
        Assert.Contains(file.Findings, f => f is { Id: "means-only", Count: 2 });
    }

    [Theory]
    [InlineData("benchmarkdotnet-full.json", 2)]
    [InlineData("benchmarkdotnet-brief.json", 4)]
    public void A_report_of_BenchmarkDotNet_has_the_nanoseconds_of_every_iteration(string name, int metrics)
    {
        MetricFile file = NumberFormats.Read(Fixture(name));
        Assert.Equal(metrics, file.Metrics.Length);
        Assert.Equal("Decode.Walk(Bytes: 1)", file.Metrics[0].Name);
        Assert.Equal([19065.875, 635.9375, 571.5, 558.9375, 552.6875], file.Metrics[0].Values);
        Assert.Contains(file.Ruler, f => f is { Name: "version of BenchmarkDotNet", Value: "0.15.8" });
        Assert.Contains(file.Ruler, f => f is { Name: "frequency of the clock", Value: "1000000000" });
        Assert.Contains(file.Host, f => f is { Name: "cpu", Value: "AMD EPYC" });
    }

    [Fact]
    public void Text_of_Go_has_a_metric_for_each_unit_and_a_run_for_each_line()
    {
        MetricFile file = NumberFormats.Read(Fixture("go-bench.txt"));
        Assert.Equal(
            [
                "BenchmarkCopy-2",
                "BenchmarkCopy-2 MB/s",
                "BenchmarkCopy-2 exits/op",
                "BenchmarkCopy-2 B/op",
                "BenchmarkCopy-2 allocs/op",
                "BenchmarkLoop/n=0-2",
                "BenchmarkLoop/n=1-2",
            ],
            file.Metrics.Select(m => m.Name)
        );
        Assert.All(file.Metrics, m => Assert.Equal(4, m.Values.Length));
        Assert.Equal([1508, 1390, 5106, 1513], file.Metrics[0].Values);
        Assert.Equal([Better.Lower, Better.Higher, null], file.Metrics.Take(3).Select(m => m.Better));
        Assert.Equal("AMD EPYC", file.Host.Single(f => f.Name == "cpu").Value);
    }

    [Fact]
    public void What_go_test_prints_as_JSON_is_the_same_though_a_line_comes_in_pieces_and_packages_take_turns()
    {
        string Event(string package, string output) =>
            $$"""{"Time":"2026-01-02T03:04:05Z", "Action":"output", "Package":"{{package}}", "Output":"{{output}}" }""" + "\n";
        MetricFile file = Read(
            """{"Action":"start","Package":"x/a"}""" + "\n"
                + Event("x/a", "pkg: x/a\\n") + Event("x/a", "BenchmarkX-2 \\t") + Event("x/b", "pkg: x/b\\nBenchmarkX-2 \\t100\\t 7 ns/op\\n")
                + Event("x/a", "    2000\\t        99.64 ns/op\\n")
                + """{"Action":"pass","Package":"x/a","Elapsed":0.1}""" + "\n");
        Assert.Equal(
            [("x/a.BenchmarkX-2", "ns/op", 99.64), ("x/b.BenchmarkX-2", "ns/op", 7.0)],
            file.Metrics.Select(m => (m.Name, m.Unit, Assert.Single(m.Values)))
        );
        Assert.StartsWith("Line 2 of a.txt is not JSON, character ", Refusal("""{"Action":"build-output","ImportPath":"a"}""" + "\n{\"A"));
    }

    [Fact]
    public void A_CSV_report_of_Google_Benchmark_has_every_repetition_and_counts_what_failed()
    {
        const string Text = """"
            2026-11-30T17:43:14+00:00
            Running ./b
            Load Average: 12.23, 10.49, 8.50
            name,iterations,real_time,cpu_time,time_unit,bytes_per_second,items_per_second,label,error_occurred,error_message
            "BM_exit, two/threads:2",166029,91.5079,86.4453,ns,,1.1568e+07,,,
            "BM_exit, two/threads:2",166029,87.3345,85.5723,ns,,1.1686e+07,,,
            "BM_exit, two/threads:2_mean",2,89.4212,86.0088,ns,,1.1627e+07,,,
            "BM_exit, two/threads:2_stddev",2,2.951,0.617,ns,,83438,,,
            "BM_cx_BigO",,1.02,0.97,N,,,,,
            "BM_cx_RMS",,11,11,%,,,,,
            "BM_only_mean",5,12.5,12.4,us,,,,,
            "BM_only_stddev",5,0.5,0.4,us,,,,,
            "BM_median",100,7.5,7.4,ns,,,,,
            "BM_skip",,,,,,,,true,"no /dev/kvm ""here"""
            """";
        MetricFile file = Read(Text);
        Assert.Equal(GoogleBenchmarkCsv.Kind, file.Kind);
        Assert.Equal(["BM_exit, two/threads:2 ns", "BM_median ns", "BM_only us"], file.Metrics.Select(m => $"{m.Name} {m.Unit}"));
        Assert.Equal([91.5079, 87.3345], file.Metrics[0].Values);
        Assert.Equal(["failed-benchmarks 1", "means-only 1", "left-out 3"], file.Findings.Select(f => $"{f.Id} {f.Count}"));
        Assert.Contains("the file may be cut", Refusal(Text + "\n\"BM_cut\",100"));
    }

    [Fact]
    public void The_table_that_Google_Benchmark_prints_is_refused_with_what_to_give_instead() =>
        Assert.Contains(
            "--benchmark_format=json",
            Refusal("---------\nBenchmark        Time       CPU   Iterations\n---------\nBM_getpid     123 ns   122 ns    5000000\n")
        );

    [Fact]
    public void Code_in_a_table_of_Markdown_is_named_without_its_marks() =>
        Assert.Equal(
            ["ls / Mean", "ls / Min"],
            Read("| Command | Mean [ms] | Min [ms] |\n|:---|---:|---:|\n| `ls /` | 3.1 ± 2.2 | 0.7 |\n").Metrics.Select(m => m.Name)
        );

    [Fact]
    public void A_line_about_a_unit_says_to_Go_which_way_it_gets_better()
    {
        MetricFile file = Read("Unit exits/s better=higher\nBenchmarkX 10 5 ns/op 7 exits/s\n");
        Assert.Equal(Better.Higher, file.Metrics[1].Better);
    }

    [Fact]
    public void Benchmarks_of_two_packages_of_Go_are_told_apart() =>
        Assert.Equal(
            ["a.BenchmarkX", "b.BenchmarkX"],
            Read("pkg: a\nBenchmarkX 10 5 ns/op\npkg: b\nBenchmarkX 10 6 ns/op\n").Metrics.Select(m => m.Name)
        );

    [Fact]
    public void Samples_of_criterion_are_divided_by_their_turns()
    {
        MetricFile file = Read("""{"sampling_mode":"Linear","iters":[10.0,20.0,40.0],"times":[1000.0,2100.0,4000.0]}""");
        Assert.Equal("a sample.json of criterion", file.Kind);
        Assert.Equal([100, 105, 100], file.Metrics[0].Values);
        Assert.Equal("ns", file.Metrics[0].Unit);
    }

    [Fact]
    public void Estimates_of_criterion_are_one_number()
    {
        const string Both =
            """{"mean":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1.0,"upper_bound":3.0},"point_estimate":2.5},"median":{"point_estimate":2.4}}""";
        string measured = Both[..^1] + ",\"std_dev\":{\"point_estimate\":0.2}}";
        Assert.Equal([2.5], Read(measured).Metrics[0].Values);
        string older = measured.Replace("mean", "Mean", StringComparison.Ordinal).Replace("median", "Median", StringComparison.Ordinal)
            .Replace("std_dev", "StdDev", StringComparison.Ordinal);
        Assert.Equal([2.5], Read(older).Metrics[0].Values);
        Assert.Contains("comparison of two runs, not a measurement", Refusal(Both));
    }

    [Theory]
    [InlineData("vmcall 1559\nvmcall 1539\n", "vmcall", 1559, 1539)]
    [InlineData(
        "enabling apic\npaging enabled\ncr0 = 80010011\nSMP: 4 CPUs\nvmcall 1559\nmov_dr (skipped)\nvmcall 1539\n",
        "vmcall",
        1559,
        1539
    )]
    [InlineData("mmio-no-eventfd:pci-mem 9000\nmmio-no-eventfd:pci-mem 9100\n", "mmio-no-eventfd:pci-mem", 9000, 9100)]
    public void A_log_of_vmexit_has_cycles_and_a_run_for_each_line(string text, string name, double first, double second)
    {
        MetricFile file = Read(text);
        Assert.Equal("a log of kvm-unit-tests' vmexit", file.Kind);
        Metric metric = Assert.Single(file.Metrics);
        Assert.Equal((name, "cycles", first, second), (metric.Name, metric.Unit, metric.Values[0], metric.Values[1]));
    }

    [Fact]
    public void A_log_of_micro_bench_has_the_nanoseconds_of_a_turn_and_how_many_turns_they_are_of()
    {
        MetricFile file = Read("""
            Timer Frequency 100000000 Hz (Output in microseconds)
            name                                    total ns                         avg ns
            --------------------------------------------------------------------------------------------
            hvc                                      26774980.0                      408.0
            ipi_hw test skipped
            timer_10ms                          466660.0                        1822.0
            EXIT: STATUS=1
            PASS micro-bench
            """);
        Assert.Equal(["hvc", "timer_10ms"], file.Metrics.Select(m => m.Name));
        Assert.Equal((408, 0, "ns"), (file.Metrics[0].Values[0], file.Metrics[0].Decimals, file.Metrics[0].Unit));
        Assert.True(file.Metrics[0].Turns!.Value.CanEqual(new Turns(65_536, 65_536)));
        Assert.False(file.Metrics[0].Turns!.Value.CanEqual(new Turns(32_768, 32_768)));
        Assert.Contains(file.Ruler, f => f is { Name: "timer frequency", Value: "100000000 Hz" });
        Assert.Contains("skipped ipi_hw", Assert.Single(file.Findings).Text);
    }
}

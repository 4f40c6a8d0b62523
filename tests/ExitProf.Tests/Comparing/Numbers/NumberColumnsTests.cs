using ExitProf.Analysis;

namespace ExitProf.Tests.Comparing;

/// <summary>Rows and columns that people write themselves.</summary>
public sealed class NumberColumnsTests
{
    private static (string, string, double)[] Read(string text) =>
        [.. NumberFormatsTests.Read(text).Metrics.Select(m => (m.Name, m.Unit, m.Values[0]))];

    private static string Refusal(string text) => Assert.Throws<InputException>(() => NumberFormatsTests.Read(text)).Message;

    [Theory]
    [InlineData("my_exit 1559\nother 12.5\n", "my_exit", "", 1559)]
    [InlineData("boot time: 12.5 ms\nexits: 3\n", "boot time", "ms", 12.5)]
    [InlineData("boot time,12.5\n", "boot time", "", 12.5)]
    [InlineData("exits=120\n", "exits", "", 120)]
    [InlineData("# cycles\nmy_exit\t1559 +- 1.2%\n", "my_exit", "cycles", 1559)]
    [InlineData("level -3.5\n", "level", "", -3.5)]
    public void Rows_of_name_and_value_are_metrics(string text, string name, string unit, double value) =>
        Assert.Equal((name, unit, value), Read(text)[0]);

    [Fact]
    public void A_name_that_comes_again_is_one_more_run()
    {
        MetricFile file = NumberFormatsTests.Read("x 1\ny 5\nx 2\nx 3\n");
        Assert.Equal([1, 2, 3], file.Metrics[0].Values);
        Assert.Equal([5], file.Metrics[1].Values);
    }

    [Fact]
    public void A_mean_is_one_number_whatever_stands_behind_it()
    {
        MetricFile file = NumberFormatsTests.Read("x 1559 ± 12\ny 80 (+- 0.5%)\n");
        Assert.Equal([1559, 80], file.Metrics.Select(m => m.Values.Single()));
        Assert.Contains(file.Findings, f => f is { Id: "means-only", Count: 2 });
    }

    [Theory]
    [InlineData("latency (us),exits\n12.5,3\n13.5,4\n", "latency", "us")]
    [InlineData("latency_us;exits\n12.5;3\n", "latency_us", "us")]
    [InlineData("latency [us]\texits\n12.5\t3\n", "latency", "us")]
    [InlineData("cycles  exits\n12.5    3\n", "cycles", "cycles")]
    [InlineData("| latency (us) | exits |\n|---:|---:|\n| 12.5 | 3 |\n", "latency", "us")]
    [InlineData("latency_us\n12.5\n13\n", "latency_us", "us")]
    [InlineData("read MiB/s,exits\n12.5,3\n", "read MiB/s", "MiB/s")]
    public void A_column_of_numbers_is_a_metric_with_the_unit_of_its_header(string text, string name, string unit) =>
        Assert.Equal((name, unit, 12.5), Read(text)[0]);

    [Fact]
    public void A_column_of_words_names_the_rows() => Assert.Equal(
        [("cpuid", "ns", 1200), ("vmcall", "cycles", 900)],
        Read("test,value,unit\ncpuid,1200,ns\nvmcall,900,cycles\ncpuid,1210,ns\n"));

    [Theory]
    [InlineData("before,after\n100,110\n101,111\n99,109\n102,112\n100,110\n", "")]
    [InlineData("| base (us) | new (us) |\n|---|---|\n| 100 | 110 |\n| 101 | 111 |\n| 99 | 109 |\n| 102 | 112 |\n| 100 | 110 |\n", "us")]
    [InlineData("old\tpatched\n100\t110\n101\t111\n99\t109\n102\t112\n100\t110\n", "")]
    public void A_column_for_each_side_needs_no_names(string text, string unit)
    {
        MeasuredSides sides = MeasuredSides.Of(NumberText.Read("mail.txt", new StringReader(text)))!;
        ComparedRow row = Assert.Single(MetricComparison.Of(Gate.Usual, sides, "", null, acrossHosts: false).Rows);
        Assert.Equal((5, 5, unit), (row.BaseRuns, row.NewRuns, row.Unit));
        Assert.Equal(9.95, row.Total.Percent.Value, 1);
    }

    [Fact]
    public void A_number_that_is_too_large_is_no_header() =>
        Assert.StartsWith("Line 1 of a.txt", Refusal("1e999\n2\n"));

    [Fact]
    public void Names_and_several_columns_make_a_metric_of_each() =>
        Assert.Equal(["cpuid mean", "cpuid p99"], Read("name,mean,p99\ncpuid,10,12\n").Select(m => m.Item1));

    [Fact]
    public void Beside_a_deviation_only_the_mean_is_a_measurement()
    {
        MetricFile file = NumberFormatsTests.Read("name,min,mean,stddev\ncpuid,9,10,0.5\n");
        Assert.Equal(("cpuid", 10), (file.Metrics.Single().Name, file.Metrics[0].Values.Single()));
        Assert.Contains("min, stddev", Assert.Single(file.Findings, f => f.Id == "left-out").Text);
    }

    [Fact]
    public void The_number_of_a_run_is_no_measurement() => Assert.Equal([("ms", "ms", 5)], Read("run,ms\n1,5\n2,6\n"));

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "Line 3 of a.txt has 1 cell, and the header has 2")]
    [InlineData("a,a\n1,2\n", "two columns of one name, 'a'")]
    [InlineData("ms\n5\nfast\n6\n", "Line 3 of a.txt has 'fast' where a number is needed.")]
    [InlineData("x 1 ms\nx 2 us\n", "Line 2 of a.txt has x in us, and a line before has it in ms: two metrics of one name.")]
    [InlineData("x 1\nwhat is this\n", "Line 2 of a.txt is no name with a value")]
    [InlineData("vmcall 1559\ncpuid\n", "Line 2 of a.txt names a test of vmexit without its cycles")]
    [InlineData("""{"results":[{"command":"x","times":[1,"2"]}]}""", "has '\"2\"' at results[0].times[1], where a number is needed")]
    [InlineData("""{"results":[{"command":"x","times":[1]},{"command":"x","times":[2]}]}""", "two metrics of one name, 'x'")]
    [InlineData("""{"results":[{"command":"x","times":[1,""", "Line 1 of a.txt is not JSON")]
    [InlineData("""{"what":1}""", "is JSON of a kind that is not known")]
    [InlineData("""{"comparisons":[]}""", "is a verdict of exitprof")]
    [InlineData("""{"iters":[1,2],"times":[1]}""", "has 2 iters and 1 times")]
    [InlineData("""{"iters":[0],"times":[1]}""", "at least one turn")]
    [InlineData("1\n1e200\n", "Line 2 of a.txt is '1e200': numbers of a size")]
    [InlineData("1\n1e-200\n", "Line 2 of a.txt is '1e-200': numbers of a size")]
    [InlineData("vmcall 1,559\n", "Line 1 of a.txt has a number with a thousands separator: 'vmcall 1,559'")]
    [InlineData("boot 1559\n1539\n", "Line 2 of a.txt is no name with a value: '1539'")]
    [InlineData("[1, 2, 3]", "is JSON of a kind that is not known")]
    [InlineData("vmcall 1559 1539\n", "a row of several numbers needs a header")]
    [InlineData("1\n\0\0\n", "NUL")]
    [InlineData(
        "vmcall 1559\nBenchmarkX 10 5 ns/op\n",
        "holds the benchmark text of go test and a log of kvm-unit-tests' vmexit: a file has one kind of numbers."
    )]
    public void What_cannot_be_read_is_one_sentence(string text, string expected) => Assert.Contains(expected, Refusal(text));

    [Fact]
    public void A_text_without_an_end_is_refused_before_it_fills_memory()
    {
        Assert.Contains(
            "has more than 4,096 characters",
            Assert.Throws<InputException>(() => NumberText.Read("a.csv", new Endless("1"))).Message
        );
        Assert.Contains(
            "has more than 67,108,864 characters",
            Assert.Throws<InputException>(() => NumberText.Read("a.csv", new Endless(new string('1', 4_095) + "\n"))).Message
        );
        Assert.Contains(
            "has more than 67,108,864 characters",
            Assert.Throws<InputException>(() => NumberText.Read("a.csv", new Endless("{"))).Message
        );
    }

    [Fact]
    public void Any_text_is_read_or_refused_by_a_sentence()
    {
        string[] pieces =
        [
            "vmcall",
            "1559",
            "VM-EXIT Samples Samples% Time% Avg time",
            "+-",
            "1.5us",
            ",",
            "|",
            "\n",
            "\n",
            " ",
            "name",
            "{",
            "\"results\":[",
            "}",
            "Benchmark",
            "10",
            "ns/op",
            "total ns avg ns",
            "# before",
            "# after (harness x)",
            "%",
            "1e5",
            "-",
        ];
        var random = new Random(1);
        for (int i = 0; i < 3_000; i++)
        {
            var text = NumberText.Read(
                "a.txt",
                new StringReader(
                    string.Concat(
                        Enumerable
                            .Range(0, random.Next(1, 40))
                            .Select(_ => pieces[random.Next(pieces.Length)] + (random.Next(2) == 0 ? " " : ""))
                    )
                )
            );
            try
            {
                _ = MeasuredSides.Of(text) ?? MeasuredSides.Of([text], [text]);
            }
            catch (InputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.Contains(e.Message[^1], ".?");
            }
        }
    }

    private sealed class Endless(string pattern) : TextReader
    {
        public override int Read(char[] buffer, int index, int count)
        {
            for (int i = 0; i < count; i++) buffer[index + i] = pattern[i % pattern.Length];
            return count;
        }
    }
}

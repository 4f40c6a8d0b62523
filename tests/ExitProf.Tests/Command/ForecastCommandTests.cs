using System.Text.Json;

namespace ExitProf.Tests.Command;

public sealed class ForecastCommandTests
{
    private const string Verdict = """
        {"schema":1,"comparisons":[{"scenario":"pio-out","unit":"tsc-cycles","base":65000,"shift":{"absolute":{"value":-2600,"low":-3900,"high":-1300},"confidence":0.99}}]}
        """;

    private static ProcessResult Forecast(string text, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["verdict.json"], text);
        return ExitProfCommand.RunIn(folder.Path, ["forecast", "verdict.json", .. arguments]).WithoutStackTrace();
    }

    [Fact]
    public void A_verdict_and_a_rate_give_a_share_of_time_and_the_rule()
    {
        string output = Forecast(Verdict, "--rate", "10000", "--hertz", "2600000000", "--code-growth", "1%").Succeeds().Output;
        Assert.Contains("Faster: −1.00 % of the time of the workload (99 % interval −1.50 to −0.50 %).", output);
        Assert.Contains("Not worth it by Rusty Russell's rule: it asks for a gain of at least 2 %", output);
        using JsonDocument json = JsonDocument.Parse(
            Forecast(Verdict, "--rate", "10000", "--hertz", "2600000000", "--code-growth", "0.4%", "--format", "json").Succeeds().Output
        );
        Assert.Equal(-1, json.RootElement.GetProperty("percent").GetProperty("value").GetDouble(), 6);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("worthIt").ValueKind);
    }

    [Fact]
    public void Metrics_in_time_are_forecast_by_their_names()
    {
        const string Row =
            """{"name":"NAME","scenario":null,"unit":"UNIT","base":25,"higherIsBetter":false,"shift":{"absolute":{"value":-1,"low":-1.5,"high":-0.5},"confidence":0.99}}""";
        string Of(string name, string unit) =>
            Row.Replace("NAME", name, StringComparison.Ordinal).Replace("UNIT", unit, StringComparison.Ordinal);
        string rate = Of("speed", "us").Replace("false", "true", StringComparison.Ordinal);
        string verdict = $$"""{"schema":1,"comparisons":[{{Of("mmio:pci", "us")}},{{Of("count", "exits")}},{{rate}}]}""";
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["verdict.json"], verdict);
        ProcessResult Run(params string[] arguments) =>
            ExitProfCommand.RunIn(folder.Path, ["forecast", .. arguments, "--rate", "10000"]).WithoutStackTrace();
        string output = Run("verdict.json:mmio:pci").Succeeds().Output;
        Assert.Contains("Faster: −1.00 % of the time of the workload (99 % interval −1.50 to −0.50 %).", output);
        Assert.Contains("Micro: mmio:pci, −1 us an exit (−1.5 to −0.5) of 25.", output);
        Run("verdict.json")
            .Fails(2, "verdict.json has 3 comparisons (mmio:pci, count, speed): a forecast is of one; name it behind a colon.");
        Run("verdict.json:nothing").Fails(2, "has no comparison 'nothing': it has mmio:pci, count, speed.");
        Run("verdict.json:count").Fails(2, "verdict.json is in exits: a forecast needs cycles or time");
        Run("verdict.json:speed").Fails(2, "of which more is better");
        Run("verdict.json:mmio:pci", "--hertz", "1000000000").Fails(1, "--hertz is for cycles: leave it out here.");
    }

    [Fact]
    public void Numbers_whose_tail_decided_are_forecast_by_their_means()
    {
        using var folder = new TemporaryFolder();
        // Every fourth new run takes 500 us, all others 100 +- 1.
        File.WriteAllLines(folder["a.txt"], Enumerable.Range(0, 60).Select(i => $"{100 + i * 7 % 11 / 10.0}"));
        File.WriteAllLines(folder["b.txt"], Enumerable.Range(0, 60).Select(i => i * 7 % 4 == 0 ? "500" : $"{100 + i * 3 % 11 / 10.0}"));
        string[] compare = ["compare", "a.txt", "--with", "b.txt", "--unit", "us", "--format", "json"];
        string verdict = ExitProfCommand.RunIn(folder.Path, compare).Succeeds().Output;
        Assert.Contains("\"decidedBy\": \"tail\"", verdict);
        File.WriteAllText(folder["v.json"], verdict);
        string[] forecast = ["forecast", "v.json", "--rate", "1000"];
        string output = ExitProfCommand.RunIn(folder.Path, forecast).Succeeds().Output;
        // A quarter of 399.5 us, a thousand times a second.
        Assert.StartsWith("Slower: +9.99 % of the time of the workload", output);
        Assert.Contains("The tail decided the verdict (worse): base and shift are means", output);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, [.. forecast, "--format", "json"]).Succeeds().Output);
        Assert.Equal(("worse", "mean"),
            (json.RootElement.GetProperty("tail").GetString(), json.RootElement.GetProperty("of").GetString()));
    }

    [Theory]
    [InlineData("worse", "untraced median", "Cannot tell: −1.00 %", "what the tail does to the workload comes on top", "cannot-tell", null)]
    [InlineData("better", "untraced median", "Faster: −1.00 %", "The tail decided the verdict (better)", "better", true)]
    [InlineData("worse", "untraced mean", "Faster: −1.00 %", "base and shift are means", "better", true)]
    public void A_tail_that_is_not_in_the_shift_leaves_a_forecast_open(
        string tail, string of, string answer, string sentence, string verdict, bool? worth)
    {
        string decided = Verdict.Replace(
            "\"base\":65000",
            $"\"base\":65000,\"of\":\"{of}\",\"decidedBy\":\"tail\",\"tail\":{{\"method\":\"quantile\",\"verdict\":\"{tail}\"}}",
            StringComparison.Ordinal);
        string[] arguments = ["--rate", "10000", "--hertz", "2600000000", "--code-growth", "0.1%"];
        string output = Forecast(decided, arguments).Succeeds().Output;
        Assert.StartsWith(answer, output);
        // A sentence may take more than one line.
        Assert.Contains(sentence, output.Replace("\n  ", " ", StringComparison.Ordinal));
        using JsonDocument json = JsonDocument.Parse(Forecast(decided, [.. arguments, "--format", "json"]).Succeeds().Output);
        Assert.Equal(verdict, json.RootElement.GetProperty("verdict").GetString());
        JsonElement said = json.RootElement.GetProperty("worthIt");
        Assert.Equal(worth, said.ValueKind == JsonValueKind.Null ? null : said.GetBoolean());
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public void Sentences_are_as_wide_as_the_terminal(int columns)
    {
        string ab = Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace");
        string output = ExitProfProcess.Shell($"COLUMNS={columns} $exitprof forecast {ab} --rate 1000").Succeeds().Output;
        Assert.Contains("Slower:", output);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= columns, line));
    }

    [Fact]
    public void Of_several_workloads_one_is_named_behind_a_colon()
    {
        string ab = Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace"),
            mixed = Path.Combine(SourceTree.Root, "traces/pvm-xeon/suite/30-mixed.nettrace");
        ProcessResult unnamed = ExitProfCommand.Run("forecast", ab, "--from", mixed);
        unnamed.Fails(2, "name one of them behind a colon (");
        string name = unnamed.Error.Split("behind a colon (")[1].Split([", ", ")"], StringSplitOptions.None)[^2];
        Assert.Contains("of the time of mixed", ExitProfCommand.Run("forecast", ab, "--from", $"{mixed}:{name}").Succeeds().Output);
        ExitProfCommand.Run("forecast", ab, "--from", mixed + ":nosuch").Fails(2, "has no configuration nosuch");
    }

    [Fact]
    public void A_rate_that_one_CPU_cannot_have_is_that_of_several()
    {
        string ab = Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace");
        ExitProfCommand
            .Run("forecast", ab, "--rate", "20000")
            .Fails(2, "of every second of one CPU at 2,300 MHz: check --rate and --hertz, or give --cpus.");
        ProcessResult several = ExitProfCommand.Run("forecast", ab, "--rate", "20000", "--cpus", "4").Succeeds();
        Assert.Contains("of the time of the workload", several.Output);
    }

    [Fact]
    public void An_exact_verdict_has_no_confidence_and_is_forecast()
    {
        string exact = Verdict.Replace("0.99", "null", StringComparison.Ordinal);
        string output = Forecast(exact, "--rate", "10000", "--hertz", "2600000000").Succeeds().Output;
        Assert.StartsWith("Faster: −1.00 % of the time of the workload (exact).", output);
    }

    [Fact]
    public void An_interval_that_holds_0_is_neither_faster_nor_slower()
    {
        string open = Verdict.Replace("\"high\":-1300", "\"high\":130", StringComparison.Ordinal);
        Assert.StartsWith("Cannot tell: −1.00 % of the time", Forecast(open, "--rate", "10000", "--hertz", "2600000000").Succeeds().Output);
        using JsonDocument json = JsonDocument.Parse(
            Forecast(open, "--rate", "10000", "--hertz", "2600000000", "--format", "json").Succeeds().Output
        );
        Assert.Equal("cannot-tell", json.RootElement.GetProperty("verdict").GetString());
    }

    [Fact]
    public void Cycles_of_one_machine_are_no_forecast_for_another_and_a_known_clock_is_not_overridden()
    {
        string ab = Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace"),
            other = Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace");
        ExitProfCommand
            .Run("forecast", ab, "--from", other)
            .Fails(2, "ab-device-delay.nettrace and pio-out.nettrace are of different machines (cpu)");
        ExitProfCommand
            .Run("forecast", ab, "--rate", "5000", "--hertz", "1000000000")
            .Fails(1, "says how fast its clock is (2,300 MHz): leave --hertz out");
    }

    [Fact]
    public void What_a_trace_lost_is_said_with_its_forecast()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = File.ReadAllBytes(Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace"));
        File.WriteAllBytes(folder["cut.nettrace"], whole[..(whole.Length * 2 / 3)]);
        Assert.Contains("trace-cut", ExitProfCommand.RunIn(folder.Path, ["forecast", "cut.nettrace", "--rate", "1000"]).Succeeds().Output);
    }

    [Fact]
    public void A_trace_is_a_workload_and_a_what_if()
    {
        string trace = Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace");
        string output = ExitProfCommand.Run("forecast", trace, "--from", trace, "--without", "userspace").Succeeds().Output;
        Assert.Contains("pio-out without userspace", output);
        Assert.Contains("exits take 100 % of the time", output);
        ExitProfCommand
            .Run("forecast", trace, "--rate", "10")
            .Fails(1, "pio-out.nettrace is a trace of one side: say what a forecast is to leave out");
    }

    [Theory]
    [InlineData("{", "is no verdict")]
    [InlineData("[]", "is no verdict")]
    [InlineData("{\"comparisons\":[]}", "has 0 comparisons")]
    [InlineData("{\"comparisons\":[{\"unit\":\"exits\",\"shift\":{\"absolute\":{}}}]}", "is in exits: a forecast needs cycles or time")]
    [InlineData("{\"comparisons\":[{\"unit\":\"tsc-cycles\"}]}", "is no verdict")]
    public void What_is_no_verdict_is_one_sentence(string text, string expected) =>
        Forecast(text, "--rate", "10", "--hertz", "1000000").Fails(2, expected);

    [Theory]
    [InlineData(new string[0], "Give --rate or --from")]
    [InlineData(new[] { "--rate", "10" }, "Give --hertz")]
    [InlineData(new[] { "--rate", "0" }, "--rate takes exits per second above 0")]
    [InlineData(new[] { "--rate", "10", "--code-growth", "5" }, "--code-growth takes a share like 5%")]
    public void Wrong_usage_is_one_sentence(string[] arguments, string expected) => Forecast(Verdict, arguments).Fails(1, expected);
}

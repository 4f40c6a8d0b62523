using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ExitProf.Tests.Comparing;

/// <summary>Traces of machines that ExitProf did not run: compared by reason, and the load of a forecast.</summary>
public sealed class ForeignTraceTests : IDisposable
{
    private const int Exits = 4800;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_reason_whose_exits_cost_more_is_worse_and_the_others_are_the_same()
    {
        Import("a", io: 20);
        Import("b", io: 30, seed: 2);
        string output = Run("compare", "a.nettrace", "--with", "b.nettrace", "--margin", "5%", "--format", "json").Output;
        using JsonDocument json = JsonDocument.Parse(output);
        var verdicts = json.RootElement.GetProperty("comparisons").EnumerateArray()
            .ToDictionary(r => r.GetProperty("name").GetString()!, r => r.GetProperty("verdict").GetString());
        Assert.Equal("worse", verdicts["IO_INSTRUCTION"]);
        Assert.Equal("same", verdicts["CPUID"]);
        Assert.Equal("same", verdicts["IO_INSTRUCTION per second"]);
        Assert.DoesNotContain("HLT", verdicts.Keys);
        Assert.Contains("slices-are-runs", output);
    }

    [Fact]
    public void Several_recordings_of_a_side_are_runs()
    {
        for (int i = 0; i < 6; i++)
        {
            Import($"a{i}", io: 20, seed: i);
            Import($"b{i}", io: 20, seed: 10 + i);
        }
        string[] files = [.. Enumerable.Range(0, 6).Select(i => $"a{i}.nettrace"), "--with",
            .. Enumerable.Range(0, 6).Select(i => $"b{i}.nettrace")];
        string output = Run(["compare", .. files, "--margin", "10%"]).Output;
        Assert.Contains("6 + 6", output);
    }

    [Fact]
    public void Clocks_of_two_units_are_refused()
    {
        Import("a", io: 20);
        Import("b", io: 20, nanoseconds: true);
        ProcessResult result = ExitProfCommand.RunIn(folder.Path, "compare", "a.nettrace", "--with", "b.nettrace");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("The ruler changed: the clock is", result.Error);
    }

    [Fact]
    public void A_report_of_several_has_a_row_for_each_reason()
    {
        Import("a", io: 20);
        Import("b", io: 30, seed: 2);
        string output = Run("report", "a.nettrace", "b.nettrace").Output;
        Assert.Contains("Mean µs per exit, and the difference to the first.", output);
        Assert.Contains("CPUID", output.Split("Mean µs per exit")[0]);
    }

    [Fact]
    public void A_forecast_takes_the_rate_of_the_reason_that_it_is_given()
    {
        const string verdict = """
            {"schema":1,"comparisons":[{"scenario":"x","name":"x","unit":"us","base":20,"higherIsBetter":false,
            "shift":{"absolute":{"value":-2,"low":-3,"high":-1},"confidence":0.99}}]}
            """;
        File.WriteAllText(folder["verdict.json"], verdict);
        Import("vm", io: 20);
        string output = Run("forecast", "verdict.json", "--from", "vm.nettrace:IO_INSTRUCTION", "--format", "json").Output;
        using JsonDocument json = JsonDocument.Parse(output);
        // 5,000 exits of a second, 2 µs each.
        Assert.Equal(-1.0, json.RootElement.GetProperty("percent").GetProperty("value").GetDouble(), 2);

        ProcessResult unnamed = ExitProfCommand.RunIn(folder.Path, "forecast", "verdict.json", "--from", "vm.nettrace");
        Assert.NotEqual(0, unnamed.ExitCode);
        Assert.Contains("name the reason that changes behind a colon (vm.nettrace:REASON)", unnamed.Error);
    }

    private ProcessResult Run(params string[] arguments) => ExitProfCommand.RunIn(folder.Path, arguments).Succeeds();

    /// <summary>An exit every 100 µs: I/O and CPUID by turns, a halt now and then.</summary>
    private void Import(string name, int io, int seed = 1, bool nanoseconds = false)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int i = 0; i < Exits; i++)
        {
            long begin = 1_000_000_000L + i * 100 + random.Next(40), cost = (i % 2 == 0 ? io : 3) + random.Next(3);
            string reason = i % 100 == 99 ? "HLT" : i % 2 == 0 ? "IO_INSTRUCTION" : "CPUID";
            text.Append("vm-1 [000] ").Append(Stamp(begin)).Append(": kvm_exit: vcpu 0 reason ").Append(reason)
                .Append(" rip 0x1 info1 0x0 info2 0x0\n");
            text.Append("vm-1 [000] ").Append(Stamp(begin + cost)).Append(": kvm_entry: vcpu 0\n");
        }
        File.WriteAllText(folder[name + ".txt"], text.ToString());
        Run("import", name + ".txt", "-o", name + ".nettrace", "--quiet");

        string Stamp(long microseconds) => (microseconds / 1_000_000m).ToString("0.000000", CultureInfo.InvariantCulture)
            + (nanoseconds ? "000" : "");
    }
}

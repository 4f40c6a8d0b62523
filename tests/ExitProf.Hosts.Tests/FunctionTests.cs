using System.Text.Json;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Instructions by function, counted by a plugin of the emulator: they add up to the exit, to the instruction, and counting them changes
/// nothing of what is recorded.
/// </summary>
public sealed class FunctionTests(CountedRecordings recordings)
{
    private const string Kernel = "debian:6.1";

    /// <summary>
    /// What may differ: the file, what was counted in addition, and what follows from the counted cost of events, which is exact where
    /// that of a recording alone is a mean.
    /// </summary>
    private static readonly HashSet<string> Other =
    [
        "file",
        "outerMachine",
        "bytes",
        "functions",
        "eventCosts",
        "findings",
        "identity",
        "probe",
        "probeIndirect",
        "corrected",
        "cumulative",
        "low",
        "high",
        "share",
    ];

    [Fact]
    public void Functions_add_up_to_the_exit_and_change_none_of_its_figures()
    {
        string with = recordings.Counted("pio-out", Kernel);
        using JsonDocument plain = CountedRecordings.Report(recordings.Plain("pio-out", Kernel)), functions = CountedRecordings.Report(with);
        string[] recorded = [.. Figures("", Trace(plain))];
        Assert.True(recorded.Length > 100, $"{recorded.Length} figures");
        Assert.Equal(recorded, Figures("", Trace(functions)));

        JsonElement trace = Trace(functions), configuration = trace.GetProperty("configurations")[0];
        JsonElement[] rows = [.. trace.GetProperty("functions").EnumerateArray()];
        Assert.Equal(configuration.GetProperty("untraced").GetProperty("p50").GetInt64(), rows.Sum(Count));
        Assert.Equal(configuration.GetProperty("stages").EnumerateArray().Select(Stage).Order(),
            rows.Select(Stage).Distinct().Order());
        // The bus is searched in its stage only, and the device answers in the VMM.
        Assert.Equal("pio-search", Stage(Assert.Single(rows, r => Name(r) == "kvm_io_bus_write [kvm]")));
        Assert.Contains(rows, r => (Name(r), Stage(r)) == ("(VMM)", "userspace"));
        string folded = KeptMachine.Run("export", with, "--to", "folded").Output;
        Assert.Contains(";pio-search;", folded);
        Assert.Contains("kvm_fast_pio [kvm];emulator_pio_in_out [kvm];kvm_io_bus_write [kvm] ", folded);
        Assert.Contains("kvm_io_bus_write [kvm]", ExitProfCommand.Run("report", with).Succeeds().Output + folded);
    }

    [Fact]
    public void A_comparison_names_the_functions_that_differ()
    {
        VerifiedRecording.TakeTurns(3);
        using var folder = new TemporaryFolder();
        ProcessResult result = KeptMachine.Try("ab", "pio-out", "--functions", "--a", "device-delay=0", "--b", "device-delay=500",
            "--a-name", "before", "--b-name", "after", "--report", folder["ab.md"], "--format", "json", "-o", folder["ab.nettrace"]);
        Assert.SkipWhen(result.ExitCode == 2 || result.Error.Contains("stages only", StringComparison.Ordinal), result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Contains("after against before", File.ReadAllText(folder["ab.md"]));
        JsonElement row = json.RootElement.GetProperty("comparisons")[0];
        // The delay is a loop of the VMM: no function of the kernel differs, and the VMM by all there is.
        JsonElement only = Assert.Single(row.GetProperty("functions").EnumerateArray());
        Assert.Equal("(VMM)", Name(only));
        Assert.Equal(row.GetProperty("shift").GetProperty("absolute").GetProperty("value").GetDouble(),
            only.GetProperty("new").GetInt64() - only.GetProperty("base").GetInt64());
    }

    private static JsonElement Trace(JsonDocument report) => report.RootElement.GetProperty("traces")[0];

    private static IEnumerable<string> Figures(string path, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value
                .EnumerateObject()
                .Where(p => !Other.Contains(p.Name))
                .SelectMany(p => Figures($"{path}.{p.Name}", p.Value)),
            JsonValueKind.Array => value.EnumerateArray().SelectMany((v, i) => Figures($"{path}[{i}]", v)),
            _ => [$"{path} {value.GetRawText()}"],
        };

    private static string Name(JsonElement row) => row.GetProperty("name").GetString()!;

    private static string Stage(JsonElement row) => row.GetProperty("stage").GetString()!;

    private static long Count(JsonElement row) => row.GetProperty("count").GetInt64();
}

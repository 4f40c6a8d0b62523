using System.Text.Json;

namespace ExitProf.Kvm.Tests.Command;

/// <summary><c>exitprof ab SCENARIO</c> on the host at hand.</summary>
public sealed class QuadCommandTests
{
    [Fact]
    public void A_hundred_devices_lengthen_the_search_far_more_than_anything_else()
    {
        HostNeeds.RealTime();
        HostNeeds.Kvm();
        HostNeeds.Tracefs();
        using var folder = new TemporaryFolder();
        ProcessResult result = ExitProfCommand
            .RunIn(
                folder.Path,
                ["ab", "pio-search", "--a", "devices=0", "--b", "devices=100", "--seconds", "6", "--format", "json", "-o", "ab.nettrace"]
            )
            .Succeeds();
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement row = json.RootElement.GetProperty("comparisons")[0];
        var stages = row.GetProperty("stages")
            .EnumerateArray()
            .Where(s => s.GetProperty("verdict").ValueKind == JsonValueKind.String)
            .ToDictionary(s => s.GetProperty("stage").GetString()!);
        string name = stages.Keys.Single(s => s.Contains("pio-search", StringComparison.Ordinal));
        Assert.Equal("worse", stages[name].GetProperty("verdict").GetString());
        // The search executes nothing outside its stage: ExitProf.Hosts.Tests.PlantedCostTests counts that exactly. In cycles other
        // stages do take longer, because what 100 devices bring into the cache displaces what these stages read: on an Intel Xeon
        // host-restore by up to 11 % of what the search does. So no other stage may be shown to have moved by a quarter of it.
        double search = Low(stages[name]);
        Assert.All(stages.Where(s => s.Key != name), s => Assert.True(Low(s.Value) <= search / 4, $"{s.Key} {s.Value.GetProperty("shift")}"));
        Assert.NotEmpty(row.GetProperty("quantiles").EnumerateArray());
        ExitProfCommand.RunIn(folder.Path, ["forecast", "ab.nettrace", "--rate", "1000"]).Succeeds();

        static double Low(JsonElement stage) => stage.GetProperty("shift").GetProperty("absolute").GetProperty("low").GetDouble();
    }

    [Fact]
    public void Ctrl_c_keeps_what_was_recorded_and_judges_it()
    {
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        string trace = folder["ab.nettrace"];
        using ExitProfProcess ab = ExitProfProcess.StartInterruptible(
            "ab",
            "pio-out",
            "--a",
            "device-delay=0",
            "--b",
            "device-delay=20000",
            "--seconds",
            "300",
            "--events",
            "none",
            "-o",
            trace
        );
        while (!File.Exists(trace) || new FileInfo(trace).Length < 100_000)
        {
            Assert.False(ab.HasExited, "it has ended by itself");
            Thread.Sleep(50);
        }
        ab.Signal("INT");
        ProcessResult result = ab.Wait().WithoutStackTrace();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("Worse: pio-out, device-delay=20000 against device-delay=0", result.Output);
        Assert.Contains("ended-early", result.Output);
        // The trace is whole and says the same again.
        Assert.Contains("Worse: pio-out", ExitProfCommand.Run("compare", trace).Succeeds().Output);
    }

    [Fact]
    public void Units_of_work_that_are_longer_than_a_block_make_whole_quads()
    {
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        ProcessResult result = ExitProfCommand
            .RunIn(
                folder.Path,
                [
                    "ab",
                    "cpu-loop",
                    "--a",
                    "cache=off",
                    "--b",
                    "cache=on",
                    "--a",
                    "exit=emulated",
                    "--b",
                    "exit=emulated",
                    "--a",
                    "exits=20",
                    "--b",
                    "exits=20",
                    "--quads",
                    "10",
                    "--events",
                    "none",
                    "--format",
                    "json",
                    "-o",
                    "ab.nettrace",
                ]
            )
            .Succeeds();
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(10, json.RootElement.GetProperty("comparisons")[0].GetProperty("n").GetProperty("base").GetInt32());
        Assert.DoesNotContain("incomplete-quads", result.Output);
        // A forecast takes the workload's own rate from its base: 20 exits a unit.
        Assert.Contains(
            "cpu-loop",
            ExitProfCommand.RunIn(folder.Path, ["forecast", "ab.nettrace", "--from", "ab.nettrace"]).Succeeds().Output
        );
    }
}

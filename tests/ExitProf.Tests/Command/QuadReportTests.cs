using System.Text.Json;
using ExitProf.Tests.Comparing;

namespace ExitProf.Tests.Command;

/// <summary>What the commands make of a trace of exitprof ab. Needs no /dev/kvm.</summary>
public sealed class QuadReportTests
{
    [Fact]
    public void A_report_has_the_verdict_beside_the_tables_in_every_form()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["ab.nettrace"], new SampleInterleaved(200, Shift: 100).Bytes());
        string text = ExitProfCommand.RunIn(folder.Path, ["report", "ab.nettrace"]).Succeeds().Output;
        Assert.Contains("Worse: pio-out, devices=100 against devices=0: +3.", text);
        Assert.Matches(@"handler +handler .* worse", text);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, ["report", "ab.nettrace", "--format", "json"]).Succeeds().Output
        );
        JsonElement verdict = json.RootElement.GetProperty("traces")[0].GetProperty("verdict");
        Assert.Equal("worse", verdict.GetProperty("verdict").GetString());
        string html = ExitProfCommand.RunIn(folder.Path, ["report", "ab.nettrace", "--format", "html"]).Succeeds().Output;
        Assert.Contains("shift of each stage", html);
        Assert.Contains("how far each quantile moved", html);
        Assert.Contains("groups of neighbouring quads", html);
    }

    [Fact]
    public void Every_quantile_of_alike_quads_moves_by_what_all_exits_do()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["ab.nettrace"], new SampleInterleaved(400, Shift: 100).Bytes());
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand
                .RunIn(folder.Path, ["compare", "ab.nettrace", "--format", "json", "--report", folder["v.html"]])
                .Succeeds()
                .Output
        );
        JsonElement[] quantiles = [.. json.RootElement.GetProperty("comparisons")[0].GetProperty("quantiles").EnumerateArray()];
        Assert.Equal([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99], quantiles.Select(q => q.GetProperty("share").GetDouble()));
        // 100 of 2,710.5 ticks.
        Assert.All(
            quantiles,
            q =>
                Assert.True(
                    q.GetProperty("percent").GetProperty("low").GetDouble() < 3.75
                        && q.GetProperty("percent").GetProperty("high").GetDouble() > 3.6,
                    q.ToString()
                )
        );
        Assert.Contains("how far each quantile moved", File.ReadAllText(folder["v.html"]));
    }

    [Fact]
    public void A_forecast_is_made_of_the_trace_itself()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["ab.nettrace"], new SampleInterleaved(200, Shift: 100).Bytes());
        string output = ExitProfCommand
            .RunIn(folder.Path, ["forecast", "ab.nettrace", "--rate", "10000", "--code-growth", "1%"])
            .Succeeds()
            .Output;
        // 2,600 cycles, 10,000 times a second, on a clock of 2.6 GHz.
        Assert.Contains("Slower: +1.00 % of the time of the workload", output);
        Assert.Contains("pio-out, devices=100 against devices=0", output);
        // The base of the comparison as the workload: it does nothing but exit.
        Assert.Contains(
            "exits take 100 % of the time",
            ExitProfCommand.RunIn(folder.Path, ["forecast", "ab.nettrace", "--from", "ab.nettrace"]).Succeeds().Output
        );
    }

    [Fact]
    public void Lost_events_leave_the_total_judged_and_no_stage()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["ab.nettrace"], (new SampleInterleaved(200, Shift: 0) { Lost = 3 }).Bytes());
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, ["compare", "ab.nettrace", "--format", "json"]).Succeeds().Output
        );
        JsonElement row = json.RootElement.GetProperty("comparisons")[0];
        Assert.Equal("same", row.GetProperty("verdict").GetString());
        Assert.All(
            row.GetProperty("stages").EnumerateArray().Where(s => s.GetProperty("verdict").ValueKind != JsonValueKind.Null),
            s => Assert.Equal("cannot-tell", s.GetProperty("verdict").GetString())
        );
        Assert.Contains(
            json.RootElement.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("id").GetString() == "lost-events" && f.GetProperty("severity").GetString() == "data-loss"
        );
    }

    [Fact]
    public void A_side_without_stages_says_so_and_its_total_is_judged()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["ab.nettrace"], (new SampleInterleaved(200, Shift: 0) { NewSideIsComplete = false }).Bytes());
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, ["compare", "ab.nettrace", "--format", "json"]).Succeeds().Output
        );
        JsonElement row = json.RootElement.GetProperty("comparisons")[0];
        Assert.Equal("same", row.GetProperty("verdict").GetString());
        Assert.DoesNotContain(row.GetProperty("stages").EnumerateArray(), s => s.GetProperty("verdict").ValueKind != JsonValueKind.Null);
        Assert.Contains(
            json.RootElement.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("id").GetString() is "stage-missing" or "not-calibrated"
        );
    }

    [Fact]
    public void A_cannot_tell_has_its_price()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["ab.nettrace"], new SampleInterleaved(4, Shift: 0).Bytes());
        ProcessResult result = ExitProfCommand.RunIn(
            folder.Path,
            ["compare", "ab.nettrace", "--format", "json", "--fail-on", "cannot-tell"]
        );
        Assert.Equal(4, result.ExitCode);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement needs = json.RootElement.GetProperty("needs");
        Assert.Equal(5, needs.GetProperty("quads").GetInt32());
        Assert.Contains("At least 5 more quads", needs.GetProperty("text").GetString());
    }
}

using System.Text.Json;
using ExitProf.Tests.Nettrace;

namespace ExitProf.Tests.Command;

/// <summary><c>exitprof ab --a-run --b-run</c> with real commands. Needs no /dev/kvm.</summary>
public sealed class RunPairsTests
{
    /// <summary>
    /// A command that prints the number and up to 999 more, which differ from run to run but are the same in every test run: noise drawn
    /// afresh looks like a drift once in 100 times, and then ten runs are too few for a verdict, as they should be.
    /// </summary>
    /// <param name="runs">Where each side counts its runs.</param>
    /// <param name="number">What the side costs.</param>
    private static string Noisy(TemporaryFolder runs, int number = 100_000) =>
        $"f={runs.Path}/runs-$EXITPROF_SIDE; echo >>$f; n=$(cksum <$f); echo $(({number} + ${{n%% *}} % 1000))";

    private static ProcessResult Ab(string first, string second, params string[] more) =>
        ExitProfCommand
            .Run(["ab", "--a-run", first, "--b-run", second, .. more.Contains("--seed") ? [] : (string[])["--seed", "7"], .. more])
            .WithoutStackTrace();

    private static JsonElement Row(ProcessResult result) => JsonDocument.Parse(result.Output).RootElement.GetProperty("comparisons")[0];

    [Fact]
    public void A_side_that_costs_more_is_found_and_fails_the_gate()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = Ab(
            Noisy(folder),
            Noisy(folder, 105_000),
            "--runs",
            "10",
            "--fail-on",
            "worse",
            "--unit",
            "us",
            "--format",
            "json"
        );
        Assert.Equal(3, result.ExitCode);
        JsonElement row = Row(result);
        Assert.Equal("worse", row.GetProperty("verdict").GetString());
        Assert.Equal("hodges-lehmann-signed-rank", row.GetProperty("method").GetString());
        Assert.Equal(
            (10, 10, "run"),
            (
                row.GetProperty("n").GetProperty("base").GetInt32(),
                row.GetProperty("n").GetProperty("new").GetInt32(),
                row.GetProperty("n").GetProperty("kind").GetString()
            )
        );
        Assert.InRange(row.GetProperty("shift").GetProperty("percent").GetProperty("value").GetDouble(), 4, 6);
        Assert.Contains("warm-up-pair", result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_told_before_anything_runs()
    {
        using var folder = new TemporaryFolder();
        string command = $"echo ran >> {folder["ran"]}; {Noisy(folder)}";
        Ab(command, command, "--runs", "1", "--report", "/proc/x.json").Fails(2, "/proc/x.json");
        Assert.False(File.Exists(folder["ran"]));
    }

    [Fact]
    public void Two_sides_alike_are_the_same()
    {
        using var folder = new TemporaryFolder();
        JsonElement row = Row(Ab(Noisy(folder), Noisy(folder), "--runs", "10", "--fail-on", "cannot-tell", "--format", "json").Succeeds());
        Assert.Equal("same", row.GetProperty("verdict").GetString());
    }

    [Fact]
    public void A_rate_that_falls_is_worse()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = Ab(Noisy(folder), Noisy(folder, 90_000), "--runs", "9", "--fail-on", "worse", "--higher-is-better");
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public void Few_pairs_cannot_tell_and_say_how_many_would()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = Ab(Noisy(folder), Noisy(folder), "--runs", "3", "--fail-on", "cannot-tell", "--format", "json");
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("too-few-runs", result.Output);
        JsonElement runs = JsonDocument.Parse(result.Output).RootElement.GetProperty("needs").GetProperty("runs");
        Assert.Equal((6, 6), (runs.GetProperty("base").GetInt32(), runs.GetProperty("new").GetInt32()));
    }

    [Fact]
    public void The_median_of_the_lines_of_a_run_counts()
    {
        // The first line is as far off as one disturbed turn.
        using var folder = new TemporaryFolder();
        string noisy = Noisy(folder);
        JsonElement row = Row(Ab($"echo 900000; {noisy}; {noisy}", noisy, "--runs", "9", "--format", "json").Succeeds());
        Assert.InRange(row.GetProperty("base").GetDouble(), 100_000, 101_000);
    }

    [Fact]
    public void The_order_within_pairs_is_drawn_by_the_seed_and_a_pair_warms_up()
    {
        using var folder = new TemporaryFolder();
        string[] orders =
        [
            .. new[] { "7", "7", "8" }.Select(
                (seed, i) =>
                {
                    string command = $"echo $EXITPROF_SIDE >>{folder[i.ToString()]}; {Noisy(folder)}";
                    Assert.Contains(
                        $"by seed {seed}.",
                        Ab(command, command, "--runs", "9", "--seed", seed, "--format", "markdown").Succeeds().Output
                    );
                    return File.ReadAllText(folder[i.ToString()]).Replace("\n", "", StringComparison.Ordinal);
                }
            ),
        ];
        Assert.Equal(20, orders[0].Length);
        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
        string[] pairs = [.. orders[0].Chunk(2).Select(p => new string(p))];
        Assert.All(pairs, p => Assert.Contains(p, (string[])["ab", "ba"]));
        Assert.Equal(2, pairs.Distinct().Count());
    }

    [Theory]
    [InlineData("echo some output; echo a cry >&2; exit 7", "ended with exit status 7", "stdout: some output", "stderr: a cry")]
    [InlineData("true", "printed nothing and wrote no trace to $EXITPROF_TRACE", "stdout: nothing")]
    [InlineData("echo 12; echo twelve", "did not print one number above 0 a line: Line 2", "'twelve'")]
    [InlineData("echo nan", "did not print one number above 0 a line", "nan")]
    [InlineData("echo 0", "did not print one number above 0 a line", "'0'")]
    [InlineData("sleep 600", "did not end within 10 s and was ended")]
    [InlineData("kill -9 $$", "ended with exit status 137")]
    [InlineData("no-such-command", "ended with exit status 127", "not found")]
    [InlineData("echo no trace >$EXITPROF_TRACE", "wrote to $EXITPROF_TRACE cannot be read")]
    public void A_run_that_fails_stops_with_its_output_and_never_a_verdict(string command, params string[] expected)
    {
        // The limit holds for both sides: ten seconds are long for a word of the shell's own, on a busy machine too.
        string timeout = command.StartsWith("sleep", StringComparison.Ordinal) ? "10" : "60";
        ProcessResult result = Ab("echo 100", command, "--runs", "9", "--timeout", timeout);
        result.Fails(2, ["b, warm-up pair", .. expected]);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void A_huge_line_of_a_failed_run_is_cut()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = Ab(Noisy(folder), "head -c 1000000 /dev/zero | tr '\\0' x; exit 1", "--runs", "9");
        result.Fails(2, $"  stdout: {new string('x', 500)}… (999,500 more characters)\n", "stderr: nothing");
        Assert.InRange(result.Error.Length, 500, 2000);
    }

    [Theory]
    [InlineData(new[] { "--a-run", "true" }, "one side alone is no comparison")]
    [InlineData(new[] { "--a-run", "true", "--b-run", "true", "--runs", "0" }, "--runs takes a whole number from 1")]
    [InlineData(new[] { "pio-out", "--a-run", "true", "--b-run", "true" }, "Give a scenario with --a and --b, or --a-run and --b-run")]
    public void Wrong_usage_is_one_sentence(string[] arguments, string expected) =>
        ExitProfCommand.Run(["ab", .. arguments]).Fails(1, expected);

    [Fact]
    public void What_a_run_leaves_behind_is_ended_with_it()
    {
        using var folder = new TemporaryFolder();
        string command = $"(sleep 600; touch {folder["ended"]}) & echo $! >>{folder["left"]}; {Noisy(folder)}";
        Ab(command, command, "--runs", "1").Succeeds();
        Assert.False(File.Exists(folder["ended"]), "it waited for what a run left behind");
        Assert.All(File.ReadAllLines(folder["left"]), pid => Assert.True(Ends(pid), $"{pid} still runs"));
    }

    [Fact]
    public void Ctrl_c_ends_the_children_and_shows_what_was_measured()
    {
        using var folder = new TemporaryFolder();
        string command = $"echo $$ >>{folder["pids"]}; [ $(wc -l <{folder["pids"]}) -le 24 ] || sleep 300; {Noisy(folder)}";
        using var ab = ExitProfProcess.StartInterruptible("ab", "--a-run", command, "--b-run", command, "--runs", "50");
        while (!File.Exists(folder["pids"]) || File.ReadAllLines(folder["pids"]).Length < 25)
        {
            Assert.False(ab.HasExited, "it has ended by itself");
            Thread.Sleep(50);
        }
        ab.Signal("INT");
        ProcessResult result = ab.Wait().WithoutStackTrace();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("11 + 11", result.Output);
        Assert.All(File.ReadAllLines(folder["pids"]), pid => Assert.True(Ends(pid), $"{pid} still runs"));
    }

    [Fact]
    public void Traces_are_judged_pair_by_pair_with_their_stages()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 20; i++)
        {
            SampleTrace sample = SampleTrace.Ordinary(blockCount: 6 + i);
            File.WriteAllBytes(
                folder[$"{i}.nettrace"],
                (sample with { Header = sample.Header with { Seed = (ulong)i, StartUtc = sample.Header.StartUtc.AddMinutes(i) } }).Bytes()
            );
        }
        string command =
            $"n=$(cat {folder["n"]} 2>/dev/null || echo 0); echo $((n + 1)) >{folder["n"]}; cp {folder.Path}/$n.nettrace $EXITPROF_TRACE";
        JsonElement row = Row(Ab(command, command, "--runs", "9", "--format", "json").Succeeds());
        Assert.Equal("pio-out", row.GetProperty("scenario").GetString());
        Assert.Equal("hodges-lehmann-signed-rank", row.GetProperty("method").GetString());
        Assert.NotEmpty(row.GetProperty("stages").EnumerateArray());
        Ab($"cp {folder.Path}/0.nettrace $EXITPROF_TRACE", "echo 5", "--runs", "9")
            .Fails(2, "One side wrote a trace and the other printed numbers");
    }

    /// <summary>A killed process is gone some time after the signal; one that nobody ended sleeps on.</summary>
    private static bool Ends(string pid)
    {
        var still = new Stillness(int.Parse(pid.Trim()));
        while (Runs(pid))
        {
            if (still.IsOver()) return false;
            Thread.Sleep(10);
        }
        return true;
    }

    private static bool Runs(string pid) =>
        File.Exists($"/proc/{pid.Trim()}/stat") && !File.ReadAllText($"/proc/{pid.Trim()}/stat").Contains(") Z ", StringComparison.Ordinal);
}

using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.ClickHouse;

/// <summary>Several traces of several hosts and kernels, added up by the servers and by the same sums here.</summary>
[Collection(ClickHouseServers.Collection)]
public sealed class MergedQueryTests(ClickHouseServers servers) : IDisposable
{
    private const double Tolerance = 1e-9;

    private static readonly string[] Runs = ["a1", "a2", "b1", "b2"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sums_of_traces_are_exact_and_quantiles_those_of_the_merged_histogram(bool cluster)
    {
        string database = Fleet(cluster);
        var states = Runs.SelectMany(r => TraceFiles.SummariseWithStates(TraceOf(r)).States)
            .GroupBy(s => (s.Kind, s.Name, s.Group)).ToList();
        var rows = servers.Run(database, "stage-table.sql").ToDictionary(r => (Text(r, "kind"), Text(r, "name"), Text(r, "stage_group")));
        int compared = 0;
        foreach (var same in states.Where(s => s.Key.Kind is "total" or "untraced" or "stage" && s.First().Exits > 0))
        {
            JsonElement row = rows[same.Key];
            Assert.Equal(same.Sum(s => s.Exits), row.GetProperty("exits").GetInt64());
            Assert.Equal(Runs.Length, row.GetProperty("traces").GetInt32());
            Near(same.Sum(s => s.Sum) / same.Sum(s => s.Exits), row, "mean");
            Histogram merged = Merged(same);
            int tick = same.First().Tick;
            foreach ((string column, double share) in (ReadOnlySpan<(string, double)>)[("p50", 0.5), ("p90", 0.9), ("p99", 0.99)])
                Near(merged.Quantile(share) * tick, row, column);
            compared++;
        }
        Assert.True(compared >= 5);
    }

    [Fact]
    public void Kernels_are_compared_with_those_before_them()
    {
        string database = Fleet(cluster: true);
        JsonElement[] rows = [.. servers.Run(database, "compare-kernels.sql", "kind = 'untraced'")];
        JsonElement row = Assert.Single(rows);
        Assert.Equal(("6.1.0", "6.12.0"), (Text(row, "base"), Text(row, "kernel")));
        double before = Mean("a1", "a2"), after = Mean("b1", "b2");
        Near(before, row, "base_centre");
        Near(after, row, "centre");
        Near(100 * (after - before) / before, row, "percent");
        Near(Math.Sqrt(Variance("a1", "a2") / 2 + Variance("b1", "b2") / 2), row, "error");
        Assert.NotEmpty(servers.Run(database, "compare-kernels.sql", "kind = 'stage'"));
    }

    [Fact]
    public void Slow_hosts_come_first()
    {
        JsonElement[] rows = [.. servers.Run(Fleet(cluster: true), "slowest-hosts.sql")];
        var expected = Runs.Select(r => (Host: "host " + r, TraceFiles.Summarise(TraceOf(r)).Configurations[0].Untraced!.Total.P50))
            .OrderByDescending(h => h.P50).ToList();
        Assert.Equal(expected.Select(h => h.Host), rows.Select(r => Text(r, "host")));
        foreach ((var host, JsonElement row) in expected.Zip(rows)) Near(host.P50, row, "p50");
        Assert.Equal(1, rows.Count(r => r.GetProperty("ratio").GetDouble() == 1));
    }

    [Fact]
    public void A_history_goes_from_trace_to_trace_of_a_host()
    {
        string database = servers.NewDatabase();
        string earlier = ChangedHeader.Write(TraceOf("b1"), folder["earlier.nettrace"], h => h with { StartUtc = h.StartUtc.AddDays(-100) });
        ExitProfCommand.Run(["export", TraceOf("a1"), earlier, .. servers.Target(database, true), "--host-name", "a", "--states-only"]).Succeeds();
        JsonElement[] rows = [.. servers.Run(database, "history.sql")];
        double first = Mean("b1"), second = Mean("a1");
        Assert.Equal(2, rows.Length);
        Near(first, rows[0], "centre");
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("percent").ValueKind);
        Near(second, rows[1], "centre");
        Near(100 * (second / first - 1), rows[1], "percent");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reasons_of_foreign_machines_are_those_of_the_report(bool cluster)
    {
        string database = servers.NewDatabase();
        string text = folder["guest.txt"], trace = folder["guest.nettrace"];
        File.WriteAllText(text, SampleRecordings.GuestText());
        ExitProfCommand.Run("import", text, "-o", trace).Succeeds();
        ExitProfCommand.Run(["export", trace, .. servers.Target(database, cluster)]).Succeeds();
        using JsonDocument report = JsonDocument.Parse(ExitProfCommand.Run("report", trace, "--format", "json").Succeeds().Output);
        JsonElement[] told = [.. report.RootElement.GetProperty("traces")[0].GetProperty("reasons").EnumerateArray()];
        JsonElement[] rows = [.. servers.Run(database, "reasons.sql")];
        Assert.True(told.Length > 3);
        Assert.Equal(told.Select(r => Text(r, "reason")), rows.Select(r => Text(r, "reason")));
        foreach ((JsonElement reason, JsonElement row) in told.Zip(rows))
        {
            Assert.Equal(reason.GetProperty("count").GetInt64(), row.GetProperty("count").GetInt64());
            Assert.Equal(reason.GetProperty("paired").GetInt64(), row.GetProperty("paired").GetInt64());
            Assert.Equal(reason.GetProperty("total").GetDouble(), row.GetProperty("total").GetDouble());
            foreach (string figure in (string[])["p50", "p90", "p99", "share", "mean"])
            {
                JsonElement expected = reason.GetProperty(figure), found = row.GetProperty(figure);
                Assert.Equal(expected.ValueKind, found.ValueKind);
                if (expected.ValueKind == JsonValueKind.Number) Assert.Equal(expected.GetDouble(), found.GetDouble(), 3);
            }
        }
    }

    /// <summary>Two runs under one kernel, two under a later one, each on a host of its own.</summary>
    private string Fleet(bool cluster)
    {
        string database = servers.NewDatabase();
        foreach (string run in Runs)
        {
            string file = ChangedHeader.Write(TraceOf(run), folder[run + ".nettrace"], h => ChangedHeader.With(h, "kernel",
                run[0] == 'a' ? "6.1.0" : "6.12.0") with
            {
                StartUtc = new DateTime(2026, run[0] == 'a' ? 1 : 2, run[1] - '0', 0, 0, 0, DateTimeKind.Utc),
            });
            ExitProfCommand.Run(["export", file, .. servers.Target(database, cluster), "--host-name", "host " + run, "--states-only"]).Succeeds();
        }
        return database;
    }

    private static string TraceOf(string run) => Path.Combine(SourceTree.Root, $"traces/runs/{run}.nettrace");

    private static Histogram Merged(IEnumerable<StateRow> states)
    {
        var merged = new Histogram();
        foreach (StateRow state in states)
        {
            foreach ((ulong value, ulong count) in state.Values.Zip(state.Counts)) merged.Add(value, (long)count);
        }
        return merged;
    }

    private static double Mean(params string[] runs)
    {
        StateRow[] states = [.. runs.Select(Untraced)];
        return states.Sum(s => s.Sum) / states.Sum(s => s.Exits);
    }

    private static double Variance(params string[] runs)
    {
        double[] means = [.. runs.Select(r => Mean(r))];
        return means.Sum(m => (m - means.Average()) * (m - means.Average())) / (means.Length - 1);
    }

    private static StateRow Untraced(string run) => TraceFiles.SummariseWithStates(TraceOf(run)).States.Single(s => s.Kind == "untraced");

    private static void Near(double expected, JsonElement row, string column)
    {
        double found = row.GetProperty(column).GetDouble();
        Assert.True(Math.Abs(found - expected) <= Tolerance * Math.Abs(expected), $"{column}: {expected} here, {found} on the server");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}

using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.ClickHouse;

/// <summary>What an export puts into the tables: every exit once, whatever happens and whatever names a trace has.</summary>
[Collection(ClickHouseServers.Collection)]
public sealed class ClickHouseExportTests(ClickHouseServers servers) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string PioOut { get; } = Path.Combine(SourceTree.Root, "traces/runs/a1.nettrace");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_exit_is_a_row_and_its_columns_are_those_of_the_csv(bool cluster)
    {
        string database = servers.NewDatabase();
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, cluster), "--host-name", "host a"]).Succeeds();
        string csv = ExitProfCommand.Run("export", PioOut, "--to", "csv").Succeeds().Output;
        string[] lines = [.. csv.Split('\n').Where(l => l is not ("" or ['#', ..]))];
        Assert.Equal(lines.Length - 1, servers.Ask(database, "SELECT count() AS n FROM exits")[0].GetProperty("n").GetInt32());
        JsonElement[] rows =
        [
            .. servers.Ask(database, "SELECT number, configuration, block, traced, vcpu, tid, reason, kvm_exit, subkey, userspace, begin, duration, "
                + "stage_exit, stage_handler, stage_pio_search, stage_host_restore, stage_userspace, stage_guest_reload, stage_guest_entry, "
                + "stage_guest_resume FROM exits WHERE number % 97 = 0 ORDER BY number"),
        ];
        Assert.Equal(lines.Skip(1).Where((_, i) => i % 97 == 0),
            rows.Select(r => string.Join(',', r.EnumerateObject().Select(c => Cell(c.Value)))));
        JsonElement trace = Assert.Single(servers.Ask(database, "SELECT host, file, exit_rows, length(finding.id) AS findings FROM traces"));
        Assert.Equal("host a", trace.GetProperty("host").GetString());
        Assert.Equal(lines.Length - 1, trace.GetProperty("exit_rows").GetInt64());
        Assert.Equal(TraceFiles.Summarise(PioOut).Findings.Length, trace.GetProperty("findings").GetInt32());

        // An unknown number is -1 in the tables and empty in CSV.
        static string Cell(JsonElement cell) => cell.ValueKind == JsonValueKind.String ? cell.GetString()!
            : cell.ValueKind == JsonValueKind.Null || cell.GetRawText() == "-1" ? "" : cell.GetRawText();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Single_exits_and_states_have_the_same_sums(bool cluster)
    {
        string database = servers.NewDatabase();
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, cluster)]).Succeeds();
        JsonElement[] exits = [.. servers.Run(database, "from-exits.sql")];
        JsonElement untraced = exits.Single(r => r.GetProperty("events").GetString() == "none");
        JsonElement state = servers.Ask(database, "SELECT * FROM states WHERE kind = 'untraced'")[0];
        Assert.Equal(state.GetProperty("exits").GetInt64(), untraced.GetProperty("exits").GetInt64());
        Assert.Equal(state.GetProperty("total").GetDouble(), untraced.GetProperty("total").GetDouble());
        long tick = state.GetProperty("tick").GetInt64();
        Assert.Equal(state.GetProperty("shortest").GetInt64() * tick, untraced.GetProperty("shortest").GetInt64());
        Assert.Equal(state.GetProperty("longest").GetInt64() * tick, untraced.GetProperty("longest").GetInt64());
        string full = TraceFiles.Summarise(PioOut).Header.Groups.Name();
        JsonElement traced = exits.Single(r => r.GetProperty("events").GetString() == full);
        foreach (JsonElement stage in servers.Ask(database, "SELECT name, exits, total FROM states WHERE kind = 'stage' AND exits > 0"))
        {
            string first = stage.GetProperty("name").GetString()!.Split('+')[0].Replace('-', '_');
            Assert.Equal(stage.GetProperty("exits").GetInt64(), traced.GetProperty("complete_exits").GetInt64());
            Assert.Equal(stage.GetProperty("total").GetDouble(), traced.GetProperty(first == "userspace" ? "userspace_stage" : first).GetDouble());
        }
    }

    [Fact]
    public void A_trace_that_is_there_is_not_sent_again()
    {
        string database = servers.NewDatabase();
        string copy = folder["another-name.nettrace"];
        File.Copy(PioOut, copy);
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, false)]).Succeeds();
        JsonElement[] before = [.. servers.Run(database, "stage-table.sql")];
        ProcessResult again = ExitProfCommand.Run(["export", copy, PioOut, .. servers.Target(database, false)]).Succeeds();
        Assert.Equal(2, again.Output.Split('\n').Count(l => l.EndsWith(" already", StringComparison.Ordinal)));
        Assert.Equal(before.Select(r => r.GetRawText()), servers.Run(database, "stage-table.sql").Select(r => r.GetRawText()));
        Assert.Equal("1", servers.Ask(database, "SELECT count() AS n FROM traces")[0].GetProperty("n").GetRawText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_cut_export_left_is_counted_by_no_query(bool cluster)
    {
        string database = servers.NewDatabase();
        using ClickHouseServer server = servers.Server(database);
        using ClickHouseServer second = servers.Server(database, 1);
        ClickHouseTables.Create(cluster ? [server, second] : [server], cluster ? ClickHouseServers.Cluster : null, default);
        // Everything but the trace's own row, which comes last: what a kill at the last moment leaves.
        var cut = new ExportedTrace(FileIdentity.Of(PioOut), 17, "", TraceFiles.Summarise(PioOut).Header);
        using (var exits = new ClickHouseExits(server, default)) exits.Send(PioOut, cut);
        Assert.Empty(servers.Run(database, "from-exits.sql"));
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, cluster)]).Succeeds();
        long rows = servers.Ask(database, "SELECT max(exit_rows) AS n FROM traces")[0].GetProperty("n").GetInt64();
        Assert.Equal(2 * rows, servers.Ask(database, "SELECT count() AS n FROM exits")[0].GetProperty("n").GetInt64());
        JsonElement counted = servers.Run(database, "from-exits.sql").First(r => r.GetProperty("events").GetString() == "none");
        Assert.Equal(TraceFiles.Summarise(PioOut).UntracedExits, counted.GetProperty("exits").GetInt64());
    }

    [Fact]
    public void States_alone_are_followed_by_exits_when_they_are_asked_for()
    {
        string database = servers.NewDatabase();
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, false), "--states-only"]).Succeeds();
        string[] before = [.. servers.Run(database, "stage-table.sql").Select(r => r.GetRawText())];
        Assert.Empty(servers.Ask(database, "SELECT number FROM exits LIMIT 1"));
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, false)]).Succeeds();
        Assert.Equal(before, servers.Run(database, "stage-table.sql").Select(r => r.GetRawText()));
        Assert.NotEmpty(servers.Ask(database, "SELECT number FROM exits LIMIT 1"));
    }

    [Theory]
    [InlineData("nosuch", "has no cluster nosuch: it has exitprof")]
    [InlineData("exitprof", "takes ZooKeeper: give a --url for each of them.")]
    public void A_cluster_that_cannot_be_reached_by_one_address_is_said(string cluster, string expected)
    {
        string database = servers.NewDatabase();
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, false), "--cluster", cluster]).Fails(2, expected);
    }

    [Fact]
    public void Tables_of_another_version_are_said()
    {
        string database = servers.NewDatabase();
        using ClickHouseServer server = servers.Server(database);
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, false), "--states-only"]).Succeeds();
        server.Ask("ALTER TABLE exits DROP COLUMN signature", default);
        ExitProfCommand.Run(["export", PioOut, .. servers.Target(database, false)])
            .Fails(2, "signature", "the tables are of another version: export into another database, or drop them.");
    }

    [Fact]
    public void Names_of_a_hostile_trace_reach_the_server_as_data_only()
    {
        const string Evil = "x'); DROP TABLE exits; --\\'\"`\0\n\t\r\\N{}😀 {name:String} ' OR 1=1";
        string database = servers.NewDatabase();
        string file = ChangedHeader.Write(PioOut, folder["evil'; DROP TABLE traces.nettrace"], h => ChangedHeader.With(h, "kernel", Evil) with
        {
            Scenario = Evil,
            GuestMode = Evil,
            Configurations = [new Configuration(Evil, [new Fact(Evil, Evil)])],
        });
        string host = Evil.Replace("\0", "", StringComparison.Ordinal);
        ExitProfCommand.Run(["export", file, .. servers.Target(database, true), "--host-name", host]).Succeeds();
        JsonElement row = Assert.Single(servers.Ask(database, "SELECT DISTINCT scenario, configuration, kernel, host FROM exits"));
        Assert.Equal(Evil, row.GetProperty("scenario").GetString());
        Assert.Equal(Evil, row.GetProperty("configuration").GetString());
        Assert.Equal(Evil, row.GetProperty("kernel").GetString());
        Assert.Equal(host, row.GetProperty("host").GetString());
        JsonElement trace = Assert.Single(servers.Ask(database, "SELECT file, guest_mode, fact.value AS facts FROM traces"));
        Assert.Equal(Path.GetFileName(file), trace.GetProperty("file").GetString());
        Assert.Equal(Evil, trace.GetProperty("guest_mode").GetString());
        Assert.Contains(trace.GetProperty("facts").EnumerateArray(), f => f.GetString() == Evil);
        Assert.Equal(Evil, servers.Run(database, "stage-table.sql")[0].GetProperty("scenario").GetString());
    }
}

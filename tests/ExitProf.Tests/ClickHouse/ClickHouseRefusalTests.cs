using System.Net;
using System.Net.Sockets;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.ClickHouse;

/// <summary>
/// Servers that refuse, answer nonsense or are not there: one sentence, the exit code of the contract. Needs no ClickHouse.
/// </summary>
public sealed class ClickHouseRefusalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Trace { get; } = Path.Combine(SourceTree.Root, "traces/runs/a1.nettrace");

    [Theory]
    [InlineData("", "--to clickhouse needs its server: --url http://host:8123/database.")]
    [InlineData("--url localhost:8123", "is http://host:8123/database")]
    [InlineData("--url ftp://localhost/x", "is http://host:8123/database")]
    [InlineData("--url http://localhost:8123/a/b", "has the name of a database")]
    [InlineData("--url http://localhost:8123/a?x=1", "and nothing else.")]
    [InlineData("--url http://localhost:8123/a'b", "has the name of a database")]
    [InlineData("--url http://one:8123/a --url http://two:8123/a", "name it with --cluster.")]
    [InlineData("--url http://one:8123/a --url http://two:8123/b --cluster c", "give one name in every --url.")]
    [InlineData("--url http://localhost:8123 -o file", "--to clickhouse writes no file")]
    public void Wrong_usage_ends_with_1(string options, string expected) =>
        ExitProfCommand.Run(["export", Trace, "--to", "clickhouse", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Fails(1, expected);

    [Fact]
    public void Options_of_a_server_belong_to_clickhouse_only() =>
        ExitProfCommand.Run("export", Trace, "--to", "csv", "--url", "http://localhost:8123").Fails(1, "are options of --to clickhouse.");

    [Fact]
    public void Several_traces_go_to_clickhouse_only() =>
        ExitProfCommand.Run("export", Trace, Trace, "--to", "csv").Fails(1, "--to csv takes one trace, and 2 were given.");

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_repeated()
    {
        ProcessResult result = ExitProfCommand.Run("export", Trace, "--to", "clickhouse", "--url", "http://me:hunter2@localhost:8123/x");
        result.Fails(1, "CLICKHOUSE_USER and CLICKHOUSE_PASSWORD");
        Assert.DoesNotContain("hunter2", result.Error + result.Output);
    }

    [Fact]
    public void Nobody_at_the_port_is_said()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        Export(port).Fails(2, $"POST http://127.0.0.1:{port}/ failed", "is a ClickHouse server there");
    }

    [Theory]
    [InlineData("401 Unauthorized", "Code: 193, e.displayText() = DB::Exception: Wrong password for user default, e.what() = DB::Exception\n",
        "refuses: Wrong password for user default: set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.")]
    [InlineData("500 Internal Server Error", "Code: 243. DB::Exception: Cannot reserve 1.00 MiB. (NOT_ENOUGH_SPACE) (version 24.3.1.1)",
        "refuses: Cannot reserve 1.00 MiB. (NOT_ENOUGH_SPACE): free some space on the server's disk.")]
    [InlineData("404 Not Found", "", "refuses: HTTP status 404: is a ClickHouse server there?")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", "moved", "refuses: moved: is a ClickHouse server there?")]
    public void What_a_server_says_is_quoted_in_one_sentence(string status, string answer, string expected)
    {
        using var server = new AnsweringServer(status, Encoding.UTF8.GetBytes(answer));
        Export(server.Port).Fails(2, expected);
    }

    [Fact]
    public void A_hostile_answer_is_cut_and_shown_without_control_characters()
    {
        byte[] answer = [.. "Code: 999999999999, \u001b]0;owned\u0007\u001b[31m::error::x"u8, .. Enumerable.Repeat((byte)'A', 3 << 20)];
        using var server = new AnsweringServer("500 No", answer);
        ProcessResult result = Export(server.Port);
        result.Fails(2);
        Assert.DoesNotContain('\u001b', result.Error);
        Assert.InRange(result.Error.Length, 1, 1000);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Blocks_that_wait_for_a_slow_server_are_few()
    {
        using var server = new AnsweringServer("200 OK", []);
        using var client = new ClickHouseServer(ClickHouseAddress.Parse($"http://127.0.0.1:{server.Port}/x"));
        int made = 0;
        using var insert = new ClickHouseInsert<StateTableRows>(client, "INSERT", () =>
        {
            Interlocked.Increment(ref made);
            return new StateTableRows();
        }, r => r.Block, default);
        var trace = new ExportedTrace(default, 1, "", TraceFiles.Summarise(Trace).Header);
        for (int i = 0; i < 60; i++)
        {
            StateTableRows rows = insert.Rent();
            Assert.Equal(0, rows.Block.Rows);
            for (int k = 0; k < 20; k++) rows.Add(trace, new StateRow("total", k, ""));
            insert.Post(rows);
        }
        insert.Finish();
        Assert.InRange(made, 1, 5);
    }

    [Fact]
    public void A_trace_that_is_still_recorded_is_refused_and_one_that_was_cut_is_not()
    {
        string path = folder["growing.nettrace"];
        byte[] whole = File.ReadAllBytes(Trace);
        using var server = new AnsweringServer("200 OK", "0\n"u8.ToArray());
        using var client = new ClickHouseServer(ClickHouseAddress.Parse($"http://127.0.0.1:{server.Port}/x"));
        var export = new ClickHouseExport(client, null, statesOnly: true, default);
        using (var recorder = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            recorder.Write(whole.AsSpan(0, whole.Length / 2));
            string message = Assert.Throws<ClickHouseException>(() => export.Send(new FileInfo(path))).Message;
            Assert.StartsWith("growing.nettrace has no end, and another process has it open", message);
        }
        Assert.False(export.Send(new FileInfo(path)).WasThere);
    }

    private static ProcessResult Export(int port) =>
        ExitProfCommand.Run("export", Trace, "--to", "clickhouse", "--url", $"http://127.0.0.1:{port}/x");
}

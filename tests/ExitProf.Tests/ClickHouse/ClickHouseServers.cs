using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Tests.ClickHouse;

/// <summary>
/// Two servers on loopback, which are a cluster of two shards, started by the script that users have. Each test has a database of its own.
/// Where no server is installed there are none, and tests skip.
/// </summary>
public sealed class ClickHouseServers : IDisposable
{
    public const string Collection = "ClickHouse servers";
    public const string Cluster = "exitprof";

    private const int Shards = 2;

    private static readonly string[] Programs = ["clickhouse-server", "clickhouse"];

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process? script;

    public ClickHouseServers()
    {
        if (!Installed) return;
        Port = FreePorts();
        string path = Path.Combine(SourceTree.Root, "reports/clickhouse.sh");
        script = Process.Start(new ProcessStartInfo("bash", [path, "--shards", $"{Shards}", "--port", $"{Port}", folder.Path])
        {
            RedirectStandardOutput = true,
        })!;
        while (script.StandardOutput.ReadLine() is { } line)
        {
            if (line == "ready") return;
        }
        throw new InvalidOperationException("reports/clickhouse.sh ended before its servers were ready");
    }

    /// <summary>The first server's port for HTTP; the second's is the next.</summary>
    public int Port { get; }

    private static bool Installed =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Any(f => Programs.Any(p => File.Exists(Path.Combine(f, p))));

    /// <summary>Skips the test where there are no servers.</summary>
    /// <returns>The name of a database that nobody has used.</returns>
    public string NewDatabase()
    {
        Assert.SkipUnless(Installed, "clickhouse-server is not installed");
        return "t" + Guid.NewGuid().ToString("N");
    }

    public string Url(string database, int server = 0) => $"http://127.0.0.1:{Port + server}/{database}";

    public ClickHouseServer Server(string database, int server = 0) => new(ClickHouseAddress.Parse(Url(database, server)));

    /// <summary>What export is told for one server or for the cluster.</summary>
    public string[] Target(string database, bool cluster) => cluster
        ? ["--to", "clickhouse", "--url", Url(database), "--url", Url(database, 1), "--cluster", Cluster]
        : ["--to", "clickhouse", "--url", Url(database)];

    /// <summary>One of the queries that are kept as files, as it stands there.</summary>
    public IReadOnlyList<JsonElement> Run(string database, string file, string narrowed = "1") =>
        Ask(database, $"SELECT * FROM (\n{Text(file)}\n) WHERE {narrowed}");

    public static string Text(string file) =>
        File.ReadAllText(Path.Combine(SourceTree.Root, "src/ExitProf.Traces/Export/ClickHouse/Queries", file));

    /// <summary>Rows of a query.</summary>
    public IReadOnlyList<JsonElement> Ask(string database, string query, int server = 0)
    {
        using HttpResponseMessage response = client.PostAsync(
            $"http://127.0.0.1:{Port + server}/?database={database}&wait_end_of_query=1&output_format_json_quote_64bit_integers=0",
            new StringContent(query + "\nFORMAT JSON")).GetAwaiter().GetResult();
        string answer = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer);
        using JsonDocument parsed = JsonDocument.Parse(answer);
        return [.. parsed.RootElement.GetProperty("data").Clone().EnumerateArray()];
    }

    public void Dispose()
    {
        client.Dispose();
        if (script is not null)
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{script.Id}"])) kill.WaitForExit();
            script.WaitForExit();
            script.Dispose();
        }
        folder.Dispose();
    }

    /// <summary>The first of four neighbouring ports that nobody listens on.</summary>
    private static int FreePorts()
    {
        for (int port = 20_000 + Environment.ProcessId % 10_000; ; port += 2 * Shards)
        {
            if (Enumerable.Range(port, 2 * Shards).All(IsFree)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

[CollectionDefinition(ClickHouseServers.Collection)]
public sealed class ClickHouseServersDefinition : ICollectionFixture<ClickHouseServers>;

using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>The options of <c>export --to clickhouse</c>, and what it does.</summary>
internal sealed class ClickHouseOptions
{
    /// <summary>The value of --to.</summary>
    public const string Form = "clickhouse";

    private readonly Option<string[]> url = new("--url")
    {
        Description = "The ClickHouse server: http://host:8123/database; once for each server of a cluster without ZooKeeper. User and password are "
            + $"taken from {ClickHouseServer.UserVariable} and {ClickHouseServer.PasswordVariable}.",
    };

    private readonly Option<string?> cluster = new("--cluster")
    {
        Description = "Make the tables on all servers of this cluster, and tables of the same names that read them together.",
        HelpName = "name",
    };

    private readonly Option<string?> hostName = new("--host-name")
    {
        Description = "The machine that recorded, as the tables are to name it; traces do not say it.",
        HelpName = "name",
    };

    private readonly Option<bool> statesOnly = new("--states-only")
    {
        Description = "Send what the exits add up to, and leave single exits out.",
    };

    public IEnumerable<Option> All => [url, cluster, hostName, statesOnly];

    /// <summary>Whether one of them was given.</summary>
    public bool AreGiven(ParseResult parsed) => All.Any(o => parsed.GetResult(o) is { Implicit: false });

    /// <exception cref="UsageException">An address is missing.</exception>
    public int Export(ParseResult parsed, CommandConsole console, FileInfo[] files, CancellationToken cancelled)
    {
        ClickHouseAddress[] addresses = [.. (parsed.GetValue(url) ?? []).Select(ClickHouseAddress.Parse)];
        string? name = parsed.GetValue(cluster);
        if (addresses.Length == 0) throw new UsageException("--to clickhouse needs its server: --url http://host:8123/database.");
        if (addresses.Length > 1 && name is null) throw new UsageException("Several servers are a cluster: name it with --cluster.");
        ClickHouseServer[] servers = [.. addresses.Select(a => new ClickHouseServer(a, Secret(ClickHouseServer.UserVariable),
            Secret(ClickHouseServer.PasswordVariable)))];
        try
        {
            ClickHouseTables.Create(servers, name, cancelled);
            var export = new ClickHouseExport(servers[0], parsed.GetValue(hostName), parsed.GetValue(statesOnly), cancelled);
            bool hostless = false;
            foreach (FileInfo file in files)
            {
                ExportedCounts sent = export.Send(file);
                hostless |= !sent.WasThere && sent.Host.Length == 0;
                string shown = ReportFiles.Shown(file.FullName);
                console.Out.WriteLine(sent.WasThere ? $"{shown}: trace {sent.Trace} is in {addresses[0]} already"
                    : FormattableString.Invariant(
                        $"{shown}: trace {sent.Trace}, {sent.Exits:N0} exits and {sent.States:N0} states into {addresses[0]}"));
            }
            if (hostless) console.Note("The tables do not name the machine that recorded: say it with --host-name.");
            return ExitCode.Done;
        }
        finally
        {
            foreach (ClickHouseServer server in servers) server.Dispose();
        }
    }

    private static string Secret(string variable) => Environment.GetEnvironmentVariable(variable) ?? "";
}

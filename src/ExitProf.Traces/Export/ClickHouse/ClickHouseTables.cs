using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>The tables of an export, and how they are made on one server or on those of a cluster.</summary>
public static partial class ClickHouseTables
{
    private const string InOrder = "scenario, configuration, ";

    /// <summary>A version that calls a type experimental and has to be told to allow it.</summary>
    private const string FewTexts = "allow_experimental_low_cardinality_type";

    /// <summary>How servers of several versions say that they have no queue for statements of a cluster.</summary>
    private static readonly int[] NotHandedOn = [49, 139, 170];

    public static readonly ClickHouseTable Exits =
        new("exits", "MergeTree", InOrder + "trace, attempt, number", new ExitTableRows().Block.Columns);

    public static readonly ClickHouseTable States =
        new("states", "MergeTree", InOrder + "kind, name, trace, attempt", new StateTableRows().Block.Columns);

    public static readonly ClickHouseTable Traces =
        new("traces", "ReplacingMergeTree(attempt)", "trace", new TraceTableRows().Block.Columns);

    public static readonly ImmutableArray<ClickHouseTable> All = [Exits, States, Traces];

    /// <summary>Makes database and tables where they are not there yet.</summary>
    /// <param name="servers">One, or each of the cluster.</param>
    /// <param name="cluster">Null for tables on one server.</param>
    /// <exception cref="ClickHouseException">A server refuses, or its cluster has other servers.</exception>
    public static void Create(IReadOnlyList<ClickHouseServer> servers, string? cluster, CancellationToken cancelled)
    {
        if (servers.Select(s => s.Address.Database).Distinct().Count() > 1)
            throw new ClickHouseException("The servers of a cluster have the tables in databases of one name: give one name in every --url.")
            {
                IsWrongUsage = true,
            };
        bool everywhere = cluster is not null && servers.Count == 1 && Members(servers[0], cluster, cancelled) > 1;
        foreach (ClickHouseServer server in servers)
        {
            if (cluster is not null && !everywhere && Members(server, cluster, cancelled) is var members && members != servers.Count)
            {
                throw new ClickHouseException(
                    $"Cluster {cluster} of {server.Address.Server.Authority} has {members} servers and {servers.Count} were "
                    + "given: give a --url for each of them, or one of them alone if the cluster has ZooKeeper.");
            }
            try
            {
                CreateOn(server, cluster, everywhere, cancelled);
            }
            catch (ClickHouseException e) when (everywhere && NotHandedOn.Contains(e.Code))
            {
                throw new ClickHouseException(
                    $"The ClickHouse server {server.Address.Server.Authority} cannot hand statements on to the other servers "
                    + $"of cluster {cluster}, which takes ZooKeeper: give a --url for each of them.", e);
            }
        }
    }

    /// <summary>Whether a trace is there as a whole.</summary>
    /// <param name="withExits">Whether its single exits have to be there too.</param>
    /// <exception cref="ClickHouseException">The server refuses.</exception>
    public static bool Has(ClickHouseServer server, FileIdentity trace, bool withExits, CancellationToken cancelled) =>
        server.Ask($"SELECT count() FROM {Traces.Name} WHERE trace = '{trace}'{(withExits ? " AND exit_rows > 0" : "")}", cancelled) is not ["0"];

    private static void CreateOn(ClickHouseServer server, string? cluster, bool everywhere, CancellationToken cancelled)
    {
        string database = server.Address.Database;
        // Its names are plain: nothing of a statement needs quoting.
        if (server.AskServer($"SELECT count() FROM system.databases WHERE name = '{database}'", cancelled) is ["0"] || everywhere)
            server.AskServer($"CREATE DATABASE IF NOT EXISTS `{database}`{(everywhere ? $" ON CLUSTER `{cluster}`" : "")}", cancelled);
        bool ask = server.AskServer($"SELECT value FROM system.settings WHERE name = '{FewTexts}'", cancelled) is ["0"];
        var statements = All.SelectMany(t => cluster is null ? [t.Create()] : t.CreateDistributed(database, cluster, everywhere));
        foreach (string statement in statements)
        {
            if (ask) server.Ask(statement, cancelled, (FewTexts, "1"));
            else server.Ask(statement, cancelled);
        }
    }

    private static int Members(ClickHouseServer server, string cluster, CancellationToken cancelled)
    {
        if (!ClusterName().IsMatch(cluster))
            throw new ClickHouseException("The name of a cluster has letters, digits, _, - and dots.") { IsWrongUsage = true };
        string[] names = server.AskServer("SELECT cluster FROM system.clusters", cancelled);
        int members = names.Count(n => n == cluster);
        if (members > 0) return members;
        string known = names.Length == 0 ? "it has none" : "it has " + string.Join(", ", names.Distinct().Take(10));
        throw new ClickHouseException(
            $"The ClickHouse server {server.Address.Server.Authority} has no cluster {cluster}: {known}; clusters are "
            + "written in remote_servers of its configuration.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex ClusterName();
}

using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>A table of ours on a server. On a cluster each server has its part in a table whose name ends in _local.</summary>
/// <param name="Name">The name by which it is read and written, on one server and on a cluster.</param>
/// <param name="Engine">The engine of the table that has the rows, with its arguments.</param>
/// <param name="Order">The key by which rows are sorted.</param>
public sealed record ClickHouseTable(string Name, string Engine, string Order, ImmutableArray<NativeColumn> Columns)
{
    /// <summary>By month of the recording, so that old ones can be dropped at once.</summary>
    private const string Partition = "toYYYYMM(start)";

    public string LocalName => Name + "_local";

    public string InsertStatement =>
        $"INSERT INTO `{Name}` ({string.Join(", ", Columns.Select(c => $"`{c.Name}`"))}) FORMAT Native";

    /// <summary>Makes the table on one server.</summary>
    public string Create() => Create(Name, "");

    /// <summary>Makes the parts of a cluster, and the table that reads and writes them all.</summary>
    /// <param name="everywhere">True if the server is to hand the statements on to all servers of the cluster.</param>
    /// <remarks>All rows of an export are on one server.</remarks>
    public IEnumerable<string> CreateDistributed(string database, string cluster, bool everywhere)
    {
        string on = everywhere ? $" ON CLUSTER `{cluster}`" : "";
        yield return Create(LocalName, on);
        yield return $"CREATE TABLE IF NOT EXISTS `{Name}`{on} ({Definitions()}) "
            + $"ENGINE = Distributed('{cluster}', '{database}', '{LocalName}', intHash64(attempt))";
    }

    private string Create(string name, string on) =>
        $"CREATE TABLE IF NOT EXISTS `{name}`{on} ({Definitions()}) ENGINE = {Engine} PARTITION BY {Partition} ORDER BY ({Order})";

    private string Definitions() => string.Join(", ", Columns.Select(c => $"`{c.Name}` {c.Type}"));
}

using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// Rows of a table by column, in the server's own form (<c>FORMAT Native</c>): numbers go out as they are in memory. Whatever a text has in
/// it, quotes, zeros, line ends, it goes out with its length before it and is never part of a statement.
/// </summary>
public sealed class NativeBlock(ImmutableArray<NativeColumn> columns)
{
    /// <summary>In the order of the table.</summary>
    public ImmutableArray<NativeColumn> Columns { get; } = columns;

    public int Rows => Columns[0].Count;

    internal void Write(Stream stream)
    {
        NativeColumn.WriteVarint(stream, (uint)Columns.Length);
        NativeColumn.WriteVarint(stream, (uint)Rows);
        foreach (NativeColumn column in Columns)
        {
            if (column.Count != Rows) throw new InvalidOperationException($"{column.Name} has {column.Count} values in {Rows} rows");
            column.WriteHead(stream);
            column.Write(stream);
        }
    }

    internal void Clear()
    {
        foreach (NativeColumn column in Columns) column.Clear();
    }
}

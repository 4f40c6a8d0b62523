namespace ExitProf.Traces;

/// <summary>One figure of a table that another tool printed, as it stands there.</summary>
/// <param name="Table">The table's title, with a number where a file has several of the same.</param>
/// <param name="Row">What the figure is of: an exit reason, a port, a bucket.</param>
/// <param name="Column">"samples", "samples share", "time share", "min", "max", "mean", "time", "per second"; the tool's own word where it
/// is none of these.</param>
/// <param name="Unit">"ns", "us", "%", "exits", "events"; empty where the table does not say.</param>
public sealed record TableFigure(string Table, string Row, string Column, double Value, string Unit);

namespace ExitProf.Traces;

/// <summary>
/// The list that bcc's kvmexit prints: perhaps process, thread and vCPU, the reason, then its count, and in some versions times. The header
/// says what stands behind the reason.
/// </summary>
internal sealed class ReasonCounts
{
    private const string Reason = "KVM_EXIT_REASON";

    private readonly int before;
    private readonly (string Name, string Unit)[] columns;

    private ReasonCounts(int before, (string, string)[] columns) => (this.before, this.columns) = (before, columns);

    internal static ReasonCounts? TryParse(string header)
    {
        string[] words = Words(header);
        int at = Array.IndexOf(words, Reason);
        return at < 0 ? null : new ReasonCounts(at, [.. words[(at + 1)..].Select(Column)]);
    }

    /// <returns>False if the line is no row of the list.</returns>
    internal bool Add(string line, string title, ITraceSink sink)
    {
        // ^C is printed into the first row.
        string[] words = Words(line.Replace("^C", "", StringComparison.Ordinal));
        int figures = columns.Length, name = words.Length - figures;
        if (figures == 0 || name <= before) return false;
        var found = new double[figures];
        for (int i = 0; i < figures; i++)
        {
            if (!TableRecord.TryFigure(words[name + i], out var figure)) return false;
            found[i] = figure.Value;
        }
        string row = string.Join(' ', words[..name]);
        for (int i = 0; i < figures; i++) sink.Metric(new TableFigure(title, row, columns[i].Name, found[i], columns[i].Unit));
        return true;
    }

    /// <summary>"COUNT", "STAT", "AVG_TIME(ns)", "MAX_TIME(us)".</summary>
    private static (string Name, string Unit) Column(string word)
    {
        int open = word.IndexOf('(', StringComparison.Ordinal);
        string unit = open < 0 ? "" : word[(open + 1)..].TrimEnd(')'), name = (open < 0 ? word : word[..open]).ToLowerInvariant();
        if (name is "count" or "stat" or "samples") return (TableColumn.Samples, "exits");
        foreach ((string start, string column) in (ReadOnlySpan<(string, string)>)[("avg", TableColumn.Mean), ("mean", TableColumn.Mean),
            ("min", TableColumn.Min), ("max", TableColumn.Max), ("total", TableColumn.Time), ("time", TableColumn.Time)])
        {
            if (name.StartsWith(start, StringComparison.Ordinal)) return (column, unit);
        }
        return (name, unit);
    }

    private static string[] Words(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}

using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>Stage × subject, each with its difference to the first subject. As many tables as the width asks for.</summary>
internal static class ComparisonText
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static void Write(TextPage page, IReadOnlyList<Subject> subjects)
    {
        bool foreign = Comparison.AreForeign(subjects);
        var table = new TextTable(foreign ? "reason" : "stage") { Repeated = 2 };
        var rows = Comparison.Rows(subjects).ToList();
        int[] room = [.. subjects.Select((_, s) => s == 0 ? 0 : rows.Max(r => TerminalWidth.Of(r.DifferenceToFirst(s))))];
        foreach ((int s, Subject subject) in subjects.Index())
        {
            string heading = Heading(subject.Label);
            table.Right(s == 0 ? heading : $"{heading} {"Δ".PadLeft(room[s])}");
        }
        foreach (Comparison.Row row in rows)
        {
            TextCell name = foreign ? row.Name : StageName.Of(row.Name);
            TextCell[] cells = [name, .. Enumerable.Range(0, subjects.Count).Select(s => (TextCell)Cell(row, s, room[s]))];
            table.Row(row.IsTotal ? Strong : Style.Plain, cells);
        }
        table.Write(page);
        string figure = foreign ? "Mean" : "Corrected mean";
        page.Line($"{figure} {subjects[0].Unit} per exit, and the difference to the first. Verdicts need 'exitprof compare'.");
        page.Blank();
    }

    /// <summary>Settings stand below each other; what is in brackets stays together.</summary>
    private static string Heading(string label)
    {
        int bracket = label.IndexOf(" (", StringComparison.Ordinal);
        string settings = bracket < 0 ? label : label[..bracket];
        return settings.Replace(", ", ",", StringComparison.Ordinal).Replace(' ', '\n').Replace(",", ",\n", StringComparison.Ordinal)
            + (bracket < 0 ? "" : "\n" + label[(bracket + 1)..]);
    }

    /// <param name="room">Columns for the difference.</param>
    private static string Cell(Comparison.Row row, int subject, int room)
    {
        if (subject == 0) return row.Figure(subject);
        string difference = row.DifferenceToFirst(subject);
        return $"{row.Figure(subject)} {new string(' ', room - TerminalWidth.Of(difference))}{difference}";
    }
}

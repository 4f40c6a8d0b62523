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
        foreach (Subject subject in subjects) table.Right(Heading(subject.Label));
        foreach (Comparison.Row row in Comparison.Rows(subjects))
        {
            TextCell name = foreign ? row.Name : StageName.Of(row.Name);
            TextCell[] cells = [name, .. Enumerable.Range(0, subjects.Count).Select(s => (TextCell)Cell(row, s))];
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
        return settings.Replace(' ', '\n').Replace(",", ",\n", StringComparison.Ordinal)
            + (bracket < 0 ? "" : "\n" + label[(bracket + 1)..]);
    }

    private static string Cell(Comparison.Row row, int subject) =>
        subject == 0 ? row.Figure(subject) : $"{row.Figure(subject)} {row.DifferenceToFirst(subject),8}";
}

using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>Stage × subject, each with its difference to the first subject. As many tables as the width asks for.</summary>
internal static class ComparisonText
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static void Write(TextPage page, IReadOnlyList<Subject> subjects)
    {
        var table = new TextTable("stage") { Repeated = 2 };
        foreach (Subject subject in subjects) table.Right(Heading(subject.Label));
        foreach (Comparison.Row row in Comparison.Rows(subjects))
        {
            TextCell[] cells = [StageName.Of(row.Name), .. Enumerable.Range(0, subjects.Count).Select(s => (TextCell)Cell(row, s))];
            table.Row(row.IsTotal ? Strong : Style.Plain, cells);
        }
        table.Write(page);
        page.Line($"Corrected mean {subjects[0].Unit} per exit, and the difference to the first. Verdicts need 'exitprof compare'.");
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

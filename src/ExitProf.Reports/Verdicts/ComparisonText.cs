using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>Stage × subject, each with its difference to the first subject. As many tables as the width asks for.</summary>
internal static class ComparisonText
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static void Write(IAnsiConsole console, IReadOnlyList<Subject> subjects, int width)
    {
        var rows = Comparison.Rows(subjects);
        int names = rows.Max(r => VisibleText.Fold(r.Name, 24).Max(l => l.Length)) + 2;
        int next = 1;
        do
        {
            var shown = new List<int> { 0 };
            int room = width - names - Width(0);
            while (next < subjects.Count && (room -= Width(next)) >= 0) shown.Add(next++);
            // One that does not fit at all is shown all the same, folded.
            if (shown.Count == 1 && next < subjects.Count) shown.Add(next++);
            WriteTable(console, subjects, rows, shown);
        }
        while (next < subjects.Count);
        console.Write(new Text($"Corrected mean {subjects[0].Unit} per exit, and the difference to the first. Verdicts need 'exitprof compare'.\n\n"));

        int Width(int subject) => 2 + Math.Max(Math.Min(Label(subjects[subject]).Max(l => l.Length), 24), rows.Max(r => Cell(r, subject).Length));
    }

    private static void WriteTable(IAnsiConsole console, IReadOnlyList<Subject> subjects, IReadOnlyList<Comparison.Row> rows, List<int> shown)
    {
        Table table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("stage"));
        foreach (int subject in shown) table.AddColumn(StageTableText.Right(string.Join('\n', Label(subjects[subject]))));
        foreach (Comparison.Row row in rows)
        {
            Style style = row.IsTotal ? Strong : Style.Plain;
            table.AddRow([new Text(string.Join('\n', VisibleText.Fold(row.Name, 24)), style), .. shown.Select(s => new Text(Cell(row, s), style))]);
        }
        console.Write(table);
    }

    private static string Cell(Comparison.Row row, int subject) =>
        subject == 0 ? row.Figure(subject) : $"{row.Figure(subject)} {row.DifferenceToFirst(subject),8}";

    private static string[] Label(Subject subject) => subject.Label.Split(' ');
}

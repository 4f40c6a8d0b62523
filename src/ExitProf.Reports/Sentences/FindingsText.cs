using ExitProf.Traces;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The doubts that travel with a result, the worst first.</summary>
internal static class FindingsText
{
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Doubt = new(Color.Yellow);
    private static readonly Style Wrong = new(Color.Red);

    public static void Write(IAnsiConsole console, IReadOnlyCollection<Finding> findings)
    {
        if (findings.Count == 0)
        {
            DrawnText.Line(console, "No findings.");
            console.WriteLine();
            return;
        }
        var table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("finding"));
        table.AddColumn(StageTableText.Right("count"));
        table.AddColumn(StageTableText.Left("id"));
        table.AddColumn(new TableColumn(new Text("what", Faint)) { Padding = new Padding(0) });
        foreach (Finding finding in findings.OrderByDescending(f => f.Severity))
        {
            table.AddRow(new Text(finding.Severity.Name(), StyleOf(finding)), new Text(finding.Count.ToString("N0")), new Text(VisibleText.Of(finding.Id)), new Text(VisibleText.Of(finding.Text)));
        }
        console.Write(table);
    }

    /// <summary>Where there is no room for a table: a line for each that touches a result.</summary>
    public static void WriteLines(IAnsiConsole console, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings.Where(f => f.Severity > Severity.Info).OrderByDescending(f => f.Severity))
        {
            DrawnText.Line(console, $"{finding.Severity.Name()}, {finding.Id}: {finding.Text}", StyleOf(finding));
        }
    }

    private static Style StyleOf(Finding finding) => finding.Severity switch { Severity.Error => Wrong, Severity.DataLoss => Doubt, _ => Style.Plain };
}

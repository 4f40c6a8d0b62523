using ExitProf.Traces;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The doubts that travel with a result, the worst first.</summary>
internal static class FindingsText
{
    private static readonly Style Doubt = new(Color.Yellow);
    private static readonly Style Wrong = new(Color.Red);

    public static void Write(TextPage page, IReadOnlyCollection<Finding> findings)
    {
        page.Blank();
        if (findings.Count == 0) page.Line("No findings.");
        foreach (Finding finding in findings.OrderByDescending(f => f.Severity))
        {
            page.Line($"{finding.Severity.Name()}: {finding.Id} ({finding.Count:N0})", StyleOf(finding));
            page.Line("    " + finding.Text);
        }
        page.Blank();
    }

    /// <summary>What makes every figure below doubtful: lost data and errors, the worst first.</summary>
    public static IEnumerable<Finding> Grave(IEnumerable<Finding> findings) =>
        findings.Where(f => f.Severity >= Severity.DataLoss).OrderByDescending(f => f.Severity);

    /// <summary>The same, under the headline.</summary>
    public static void WriteGrave(TextPage page, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in Grave(findings)) page.Line($"{finding.Severity.Name()}: {finding.Text}", StyleOf(finding));
    }

    /// <summary>Where there is no room for all: a line for each that touches a result.</summary>
    public static void WriteLines(TextPage page, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings.Where(f => f.Severity > Severity.Info).OrderByDescending(f => f.Severity))
        {
            page.Line($"{finding.Severity.Name()}, {finding.Id}: {finding.Text}", StyleOf(finding));
        }
    }

    private static Style StyleOf(Finding finding) =>
        finding.Severity switch
        {
            Severity.Error => Wrong,
            Severity.DataLoss or Severity.Warning => Doubt,
            _ => Style.Plain,
        };
}

using System.Text;

namespace ExitProf.Reports;

/// <summary>A page of Markdown under way: its lines, the rows of its tables, its folds, and how long it has become.</summary>
internal sealed class MarkdownPage(TextWriter writer)
{
    public int Characters { get; private set; }

    public void Line(string line)
    {
        Characters += line.Length + 1;
        writer.Write(line + "\n");
    }

    /// <param name="cells">As they are: what could end a cell or make a link is disarmed here.</param>
    public void Row(params ReadOnlySpan<string> cells)
    {
        var line = new StringBuilder("|");
        foreach (string cell in cells) line.Append(' ').Append(VerdictMarkdown.Cell(cell)).Append(" |");
        Line(line.ToString());
    }

    /// <param name="summary">Markup already.</param>
    public void Open(string summary)
    {
        Line("");
        Line($"<details><summary>{summary}</summary>");
        Line("");
    }

    public void Close()
    {
        Line("");
        Line("</details>");
    }
}

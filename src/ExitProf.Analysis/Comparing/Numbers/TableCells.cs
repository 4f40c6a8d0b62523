using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>A line of a table in cells.</summary>
internal static partial class TableCells
{
    /// <summary>A cell may stand in quotes, and a quote in it is doubled (RFC 4180).</summary>
    public static IReadOnlyList<string> OfCsv(string line, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (line[i] == '"' && (quoted || cell.ToString().Trim().Length == 0)) quoted = !quoted;
            else if (line[i] == separator && !quoted) End();
            else cell.Append(line[i]);
        }
        End();
        return cells;

        void End()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }
    }

    /// <summary>The cells of a line of a table in Markdown, whose first and last mark are its borders; code without its marks.</summary>
    public static IReadOnlyList<string> OfMarkdown(string line) =>
        [.. OfCsv(line.Trim().Trim('|'), '|').Select(c => c is ['`', _, .., '`'] ? c.Trim('`') : c)];

    /// <summary>The cells of columns that blanks separate. A cell of several words needs two blanks or a tab next to it.</summary>
    public static IReadOnlyList<string> OfBlanks(string line, bool wide) =>
        wide ? Wide().Split(line.Trim()) : line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"\s{2,}|\t+")]
    private static partial Regex Wide();
}

using System.Text.RegularExpressions;

namespace ExitProf.Charts;

/// <summary>
/// What a CI runner would take for a command in a log: <c>::error::</c> at the beginning of a line (GitHub), <c>##vso[</c>, <c>##[</c> and
/// <c>##teamcity[</c> anywhere in it (Azure, TeamCity, older GitHub). Names and texts of a file come into logs, so a file could give
/// orders.
/// </summary>
public static partial class LogCommand
{
    /// <summary>U+2060, the word joiner, takes no room and keeps the text together.</summary>
    private const char Joiner = '\u2060';

    /// <summary>The same line to the eye, but no command.</summary>
    public static string Disarmed(string line)
    {
        int colons = line.Length - line.AsSpan().TrimStart().Length;
        if (line.AsSpan(colons).StartsWith("::")) line = line.Insert(colons + 1, Joiner.ToString());
        // The beginning of a heading of markdown is none.
        int heading = line.AsSpan().IndexOfAnyExcept('#');
        int from = heading > 0 && line[heading] == ' ' ? heading : 0;
        int signs = line.IndexOf("##", from, StringComparison.Ordinal);
        return signs < 0 ? line : line[..signs] + Apart(line.AsSpan(signs));
    }

    /// <summary>The same of a text of several lines.</summary>
    public static string DisarmedLines(string text) => string.Join('\n', text.Split('\n').Select(Disarmed));

    /// <summary>The same of XML and HTML, whose readers see the text unchanged.</summary>
    public static string DisarmedMarkup(string markup) =>
        Colons().Replace(markup.Replace("##", "#&#35;", StringComparison.Ordinal), ":&#58;");

    [GeneratedRegex(@"(?<=^[ \t]*)::", RegexOptions.Multiline)]
    private static partial Regex Colons();

    private static string Apart(ReadOnlySpan<char> text)
    {
        var apart = new System.Text.StringBuilder(text.Length + 2);
        for (int i = 0; i < text.Length; i++)
        {
            apart.Append(text[i]);
            if (text[i] == '#' && i + 1 < text.Length && text[i + 1] == '#') apart.Append(Joiner);
        }
        return apart.ToString();
    }
}

using System.CommandLine.Parsing;

namespace ExitProf.Hosts.Runner;

/// <summary>One command of a list: arguments of exitprof, or code for the shell.</summary>
/// <param name="Name">Of the folder of its results.</param>
/// <param name="Shell">Code for /bin/sh; null if it is arguments of exitprof.</param>
internal sealed record ListLine(string Name, IReadOnlyList<string> Arguments, string? Shell)
{
    /// <exception cref="FormatException">A line is not what a line should be.</exception>
    public static IReadOnlyList<ListLine> ReadAll(string path)
    {
        var lines = new List<ListLine>();
        int number = 0;
        foreach (string text in File.ReadLines(path))
        {
            number++;
            if (text.Length == 0 || text.StartsWith('#'))
                continue;
            ListLine line =
                Read(text)
                ?? throw new FormatException(
                    $"line {number} of the list is not NAME<TAB>ARGUMENTS or NAME<TAB>! SHELL CODE, with a name of small letters, digits, '-' and '.'."
                );
            if (lines.Any(l => l.Name == line.Name))
                throw new FormatException($"line {number} of the list has the name '{line.Name}' of a line before it.");
            lines.Add(line);
        }
        return lines;
    }

    private static ListLine? Read(string text)
    {
        int tab = text.IndexOf('\t', StringComparison.Ordinal);
        if (tab < 1) return null;
        (string name, string command) = (text[..tab], text[(tab + 1)..].Trim());
        if (name.StartsWith('.') || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')) return null;
        return command.StartsWith('!')
            ? new ListLine(name, [], command[1..].Trim())
            : new ListLine(name, [.. CommandLineParser.SplitCommandLine(command)], null);
    }
}

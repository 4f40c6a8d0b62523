using System.Text.RegularExpressions;

namespace ExitProf.Tests.Architecture;

/// <summary>The form of the sources that the compiler does not check.</summary>
public sealed partial class StyleTests
{
    private const int MostLines = 60;
    private const int MostColumns = 140;

    private static IEnumerable<string> Sources => SourceTree.Files("src", "*.cs").Concat(SourceTree.Files("tests", "*.cs"));

    [Fact]
    public void No_method_is_longer_than_60_lines()
    {
        var methods = Sources.SelectMany(Methods).ToList();
        Assert.True(methods.Count > 2_000, $"{methods.Count} methods found");
        Assert.Empty(methods.Where(m => m.Lines > MostLines).Select(m => $"{m.Where}: {m.Lines} lines"));
    }

    /// <summary>
    /// A string literal may make a line longer: a sentence stays in one piece. So the text of the longest literal of a line does not count
    /// (the holes of an interpolated one do, they are code), nor do lines within a raw literal.
    /// </summary>
    [Fact]
    public void No_line_is_longer_than_140_columns_but_for_one_literal()
    {
        var found = Sources
            .Select(f => (File: f, Text: File.ReadAllText(f)))
            .Where(f => f.Text.Split('\n').Any(l => l.Length > MostColumns))
            .SelectMany(f => new SourceText(f.Text).LinesOver(MostColumns).Select(l => (f.File, l.Number, l.Columns)))
            .Select(l => $"{SourceTree.Relative(l.File)}:{l.Number}: {l.Columns} columns")
            .ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>A summary starts with a verb, or with a noun and its article.</summary>
    [Fact]
    public void No_summary_begins_with_Of_or_On_which()
    {
        var found = Sources
            .SelectMany(f => Dangling().Matches(File.ReadAllText(f)).Select(m => $"{SourceTree.Relative(f)}: {m.Value}"))
            .ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Paths_that_contributors_are_sent_to_exist()
    {
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, ".github/CONTRIBUTING.md"));
        string[] paths = [.. TreePath().Matches(text).Select(m => m.Groups[1].Value.TrimEnd('/'))];
        Assert.True(paths.Length > 10);
        Assert.DoesNotContain(paths, p => !Path.Exists(Path.Combine(SourceTree.Root, p)));
    }

    /// <summary>Formatting is checked elsewhere: a body begins and ends with a brace as far in as its signature.</summary>
    private static IEnumerable<(string Where, int Lines)> Methods(string file)
    {
        string[] lines = File.ReadAllLines(file);
        for (int open = 1; open < lines.Length; open++)
        {
            int indent = lines[open].Length - 1;
            if (indent is not (4 or 8) || lines[open].Trim() != "{") continue;
            int first = open - 1;
            while (first > 0 && !(lines[first].Length > indent && lines[first][..indent].Trim().Length == 0 && lines[first][indent] != ' '))
                first--;
            string signature = lines[first][indent..];
            if (!signature.Contains('(', StringComparison.Ordinal) || NoMethod().IsMatch(signature)) continue;
            int last = Array.FindIndex(lines, open, l => l.StartsWith(new string(' ', indent) + '}', StringComparison.Ordinal));
            yield return ($"{SourceTree.Relative(file)}:{first + 1}", last - first + 1);
        }
    }

    [GeneratedRegex(@"/// <summary>\s*(?:///\s*)?(?:Of|On which)\b[^\n]*")]
    private static partial Regex Dangling();

    [GeneratedRegex(@"`((?:src|tests|\.ci)/[\w./-]+)")]
    private static partial Regex TreePath();

    [GeneratedRegex(
        @"^(?:(?:public|internal|private|protected|file|sealed|static|abstract|readonly|ref|partial|unsafe) )*(?:class|record|struct|interface|enum|namespace)\b|^(?:if|for|foreach|while|switch|else|using|try|lock|case|return|fixed|catch)\b"
    )]
    private static partial Regex NoMethod();
}

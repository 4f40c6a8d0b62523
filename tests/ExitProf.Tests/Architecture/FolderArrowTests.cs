using System.Text.RegularExpressions;

namespace ExitProf.Tests.Architecture;

/// <summary>
/// Folders within a project: which of them use each other. A pair that points both ways is two rooms that are one; those that there are may
/// only become fewer.
/// </summary>
public sealed partial class FolderArrowTests
{
    // "." is the project's own folder.
    private static readonly string[] Known =
    [
        "ExitProf.Analysis: Attribution Comparing", "ExitProf.Analysis: Attribution Findings", "ExitProf.Analysis: Attribution Reasons",
        "ExitProf.Analysis: Attribution Rounds", "ExitProf.Analysis: Comparing Findings",
        "ExitProf.Traces: . Stages",
        "ExitProf.Vmm: Devices Guests", "ExitProf.Vmm: Emulation Guests", "ExitProf.Vmm: Loop Threads",
    ];

    [Fact]
    public void No_further_pair_of_folders_points_both_ways()
    {
        string[] found = [.. Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).SelectMany(TwoWayPairs)];
        Assert.NotEmpty(found);
        Assert.DoesNotContain(found, p => !Known.Contains(p));
    }

    [Fact]
    public void A_pair_that_no_longer_points_both_ways_is_taken_off_the_list() =>
        Assert.DoesNotContain(
            Known,
            p => !Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).SelectMany(TwoWayPairs).Contains(p)
        );

    private static IEnumerable<string> TwoWayPairs(string project)
    {
        var sources = SourceTree.Files(Path.GetRelativePath(SourceTree.Root, project), "*.cs").Order(StringComparer.Ordinal)
            .Select(f => (Folder: Folder(project, f), Text: Code(File.ReadAllText(f)))).ToList();
        var home = new Dictionary<string, string>();
        foreach ((string folder, string text) in sources)
        {
            foreach (Match declared in Declaration().Matches(text)) home.TryAdd(declared.Groups[1].Value, folder);
        }
        var arrows = new HashSet<(string From, string To)>();
        foreach ((string folder, string text) in sources)
        {
            arrows.UnionWith(
                Word()
                    .Matches(text)
                    .Select(w => home.GetValueOrDefault(w.Value, folder))
                    .Where(to => to != folder)
                    .Select(to => (folder, to))
            );
        }
        return arrows.Where(a => string.CompareOrdinal(a.From, a.To) < 0 && arrows.Contains((a.To, a.From)))
            .Select(a => $"{Path.GetFileName(project)}: {a.From} {a.To}").Order(StringComparer.Ordinal);
    }

    private static string Folder(string project, string file) =>
        Path.GetRelativePath(project, file).Split('/') is [var folder, _, ..] ? folder : ".";

    /// <summary>The text without comments, using directives and strings, which name what the code does not use.</summary>
    private static string Code(string text) => Strings().Replace(CommentsAndUsings().Replace(text, ""), "\"\"");

    [GeneratedRegex("//.*|^using .*;", RegexOptions.Multiline)]
    private static partial Regex CommentsAndUsings();

    [GeneratedRegex("\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Strings();

    /// <summary>A type of its own: a nested one has another's room, and often a word for a name.</summary>
    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|record struct|record|struct|enum|interface)\s+([A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Word();
}

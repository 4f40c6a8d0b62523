using System.Text.RegularExpressions;

namespace ExitProf.Tests.Architecture;

/// <summary>Folders within a project: a pair that points both ways is two rooms that are one.</summary>
public sealed partial class FolderArrowTests
{
    [Fact]
    public void Folders_of_a_project_do_not_use_each_other_both_ways() =>
        Assert.Empty(Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).SelectMany(TwoWayPairs));

    [Fact]
    public void Folders_that_use_types_of_each_other_are_found()
    {
        string project = Directory.CreateTempSubdirectory("exitprof-folders-").FullName;
        try
        {
            Write("Reading/Reader.cs", "class Reader { Judge judge; void Table() { } }");
            Write("Judging/Judge.cs", "class Judge { object reader = new Reader(); }");
            Write("Tables/Table.cs", "class Table { Judge Reader(Table table) => table.Reader(this); }");
            Assert.Equal([$"{Path.GetFileName(project)}: Judging Reading"], TwoWayPairs(project));
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }

        void Write(string path, string text)
        {
            Directory.CreateDirectory(Path.Combine(project, Path.GetDirectoryName(path)!));
            File.WriteAllText(Path.Combine(project, path), text);
        }
    }

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
            var own = Nested().Matches(text).Select(d => d.Groups[1].Value).ToHashSet();
            arrows.UnionWith(
                Word()
                    .Matches(text)
                    .Where(w => !own.Contains(w.Value))
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

    /// <summary>A nested type, too: within its file the name means no other.</summary>
    [GeneratedRegex(@"\b(?:class|record struct|record|struct|enum|interface)\s+([A-Z]\w+)")]
    private static partial Regex Nested();

    /// <summary>What names a type: no member, which follows a dot or has arguments without being created.</summary>
    [GeneratedRegex(@"(?<=\bnew |: )[A-Z]\w+|(?<![.\w])[A-Z]\w+\b(?!\()")]
    private static partial Regex Word();
}

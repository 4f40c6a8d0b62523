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
        "ExitProf: Failures Hosts", "ExitProf: Failures Options", "ExitProf: Failures RunPairs", "ExitProf: Hosts Options",
        "ExitProf: Options Output",
        "ExitProf.Analysis: Attribution Comparing", "ExitProf.Analysis: Attribution Findings", "ExitProf.Analysis: Attribution Reasons",
        "ExitProf.Analysis: Attribution Rounds", "ExitProf.Analysis: Comparing Findings", "ExitProf.Analysis: Comparing Statistics",
        "ExitProf.Hosts: . Cache", "ExitProf.Hosts: . Emulators", "ExitProf.Hosts: . Images", "ExitProf.Hosts: . Kernels",
        "ExitProf.Hosts: . Mailboxes", "ExitProf.Hosts: Emulators Images",
        "ExitProf.Recording: Blocks Host", "ExitProf.Recording: Blocks Machines", "ExitProf.Recording: Blocks Tracefs",
        "ExitProf.Recording: Machines Scenarios",
        "ExitProf.Reports: Html Traces", "ExitProf.Reports: Reasons Sentences", "ExitProf.Reports: Reasons Traces",
        "ExitProf.Reports: Sentences Text",
        "ExitProf.Reports: Traces Verdicts",
        "ExitProf.Traces: . KernelExits", "ExitProf.Traces: . Stages", "ExitProf.Traces: Ftrace Import",
        "ExitProf.Vmm: Devices Guests", "ExitProf.Vmm: Emulation Guests", "ExitProf.Vmm: Emulation Kvm", "ExitProf.Vmm: Emulation Loop",
        "ExitProf.Vmm: Emulation Memory", "ExitProf.Vmm: Guests Loop", "ExitProf.Vmm: Kvm Loop", "ExitProf.Vmm: Kvm Memory",
        "ExitProf.Vmm: Loop Threads",
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

    /// <summary>The text without comments and strings, which name types that the code does not use.</summary>
    private static string Code(string text) => Strings().Replace(Comments().Replace(text, ""), "\"\"");

    [GeneratedRegex("//.*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(?:class|record struct|record|struct|enum|interface)\s+([A-Z]\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Word();
}

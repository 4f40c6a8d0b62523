using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ExitProf.Tests.Architecture;

/// <summary>The rules of the tree that no compiler checks.</summary>
public sealed class ArchitectureTests
{
    // Recorder and analyst meet in a trace only: neither knows the other.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["ExitProf"] = ["ExitProf.Hosts", "ExitProf.Recording", "ExitProf.Reports"],
        ["ExitProf.Reports"] = ["ExitProf.Charts"],
        ["ExitProf.Charts"] = ["ExitProf.Analysis"],
        ["ExitProf.Analysis"] = ["ExitProf.Traces"],
        ["ExitProf.Recording"] = ["ExitProf.Linux", "ExitProf.Traces", "ExitProf.Vmm"],
        ["ExitProf.Traces"] = [],
        ["ExitProf.Vmm"] = ["ExitProf.Linux"],
        ["ExitProf.Linux"] = [],
        ["ExitProf.Hosts"] = ["ExitProf.Linux"],
    };

    private static readonly string[] MayBeUnsafe = ["ExitProf.Linux", "ExitProf.Recording", "ExitProf.Vmm"];

    [Fact]
    public void The_solution_begins_with_the_longest_tests_and_ends_with_those_that_fit_beside_any_other()
    {
        // dotnet test starts as many projects at once as there are CPUs, in the order of the solution: live tests begin where the unit
        // tests have ended, while the emulated hosts still run.
        string[] tests = [.. File.ReadLines(Path.Combine(SourceTree.Root, "ExitProf.sln"))
            .Where(l => l.StartsWith("Project(", StringComparison.Ordinal) && l.Contains(".Tests\"", StringComparison.Ordinal))
            .Select(l => l.Split('"')[3])];
        Assert.Equal(["ExitProf.Hosts.Tests", "ExitProf.Tests", "ExitProf.Kvm.Tests", "ExitProf.Browser.Tests"], tests);
    }

    [Fact]
    public void References_between_projects_point_one_way()
    {
        var found = Projects().ToDictionary(p => p.Name, p => References(p.Xml).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(Arrows.Keys.Order(), found.Keys.Order());
        foreach ((string project, string[] references) in found)
            Assert.True(Arrows[project].SequenceEqual(references), $"{project} refers to {string.Join(", ", references)}");
    }

    [Fact]
    public void Unsafe_code_is_allowed_where_it_is_needed_only()
    {
        var allowed = Projects().Where(p => p.Xml.Descendants("AllowUnsafeBlocks").Any(e => e.Value == "true")).Select(p => p.Name);
        Assert.Equal(MayBeUnsafe, allowed.Order(StringComparer.Ordinal));
        Assert.All(SourceTree.Files("src", "Directory.*.props"), f => Assert.DoesNotContain("AllowUnsafeBlocks", File.ReadAllText(f)));
    }

    [Fact]
    public void No_type_is_named_after_nothing_in_particular() =>
        Assert.DoesNotContain(Types(), t => Regex.IsMatch(t.Name, "Util|Helper|Manager|Common|Misc"));

    [Fact]
    public void Every_class_is_sealed_or_static_or_the_root_of_a_closed_set()
    {
        Assert.True(Types().Count() > 200);
        Assert.DoesNotContain(
            Types(),
            t => t.IsClass && !t.IsSealed && !IsClosedRoot(t) && !(t.IsAbstract && t.IsSubclassOf(typeof(Exception)))
        );
    }

    [Fact]
    public void No_source_file_is_longer_than_a_few_screens()
    {
        const int Most = 400;
        var sources = SourceTree.Files("src", "*.cs").Concat(SourceTree.Files("tests", "*.cs"));
        Assert.DoesNotContain(sources.Select(f => (File: SourceTree.Relative(f), Lines: File.ReadLines(f).Count())), f => f.Lines > Most);
    }

    [Fact]
    public void No_file_names_a_package_registry_or_a_folder_of_somebodys_machine()
    {
        // Put together here, so that this file does not find itself.
        string[] words =
        [
            "nuget" + ".org",
            "pkgs.dev" + ".azure",
            "arti" + "factory",
            "packageSource" + "s",
            "/wor" + "k/",
            "/roo" + "t/",
            "/tmp" + "/wt",
            "/hom" + "e/",
            "C:" + "\\",
        ];
        var found = new List<string>();
        foreach (string file in SourceTree.Files())
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (bytes.AsSpan().Contains((byte)0)) continue;
            string text = System.Text.Encoding.UTF8.GetString(bytes);
            found.AddRange(
                words.Where(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)).Select(w => $"{SourceTree.Relative(file)}: {w}")
            );
        }
        Assert.Empty(found);
    }

    [Fact]
    public void Every_file_that_the_map_of_the_sources_names_is_there()
    {
        string[] named =
        [
            .. Regex
                .Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "src/README.md")), @"`([\w./]+\.(?:cs|md))`")
                .Select(m => m.Groups[1].Value),
        ];
        Assert.True(named.Length > 20);
        Assert.DoesNotContain(named, f => !File.Exists(Path.Combine(SourceTree.Root, "src", f)));
    }

    [Fact]
    public void Every_version_is_pinned_in_one_place()
    {
        foreach (string file in SourceTree.Files(pattern: "*.csproj"))
            Assert.DoesNotContain("Version=", File.ReadAllText(file));
        Assert.All(
            Projects(),
            p => Assert.True(File.Exists(Path.Combine(SourceTree.Root, "src", p.Name, "packages.lock.json")), $"{p.Name} has no lock file")
        );
    }

    [Fact]
    public void Every_exception_of_ours_is_a_refusal_in_one_sentence()
    {
        // Whatever else reaches the command is called a bug of ours. GuestRefused has the exit code of the command inside; QmpException
        // never leaves its room.
        string[] others = ["GuestRefusedException", "QmpException"];
        Assert.DoesNotContain(Types().Where(t => t.IsSubclassOf(typeof(Exception)) && !others.Contains(t.Name)),
            t => !typeof(Traces.RefusedException).IsAssignableFrom(t) && !typeof(Linux.UnfitHostException).IsAssignableFrom(t));
    }

    private static IEnumerable<(string Name, XDocument Xml)> Projects() =>
        SourceTree.Files("src", "*.csproj").Select(f => (Path.GetFileNameWithoutExtension(f), XDocument.Load(f)));

    private static IEnumerable<string> References(XDocument project) =>
        project
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));

    /// <summary>The types that people wrote.</summary>
    private static IEnumerable<Type> Types() =>
        Arrows
            .Keys.SelectMany(p => Assembly.Load(p == "ExitProf" ? "exitprof" : p).GetTypes())
            .Where(t =>
                !t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
                && t.Namespace?.StartsWith("ExitProf", StringComparison.Ordinal) == true
                && !t.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
                && !t.Name.Contains('<', StringComparison.Ordinal)
            );

    /// <summary>Abstract, and only types nested in it can derive from it: a union of shapes.</summary>
    private static bool IsClosedRoot(Type type) =>
        type.IsAbstract
        && type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .All(c => c.IsPrivate || c.GetParameters() is [var copied] && copied.ParameterType == type);
}

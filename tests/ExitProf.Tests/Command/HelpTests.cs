using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.Versioning;
using ExitProf.Tests.Import;

namespace ExitProf.Tests.Command;

/// <summary>The help of each command, and its examples.</summary>
[SupportedOSPlatform("linux")]
public sealed class HelpTests
{
    /// <summary>They record, fetch, or need somebody's machine, program or server: other tests run such commands.</summary>
    private static readonly string[] NeedMore =
    [
        "exitprof profile ", "exitprof record ", "exitprof ab pio-out ", "exitprof ab icache-hot ", "exitprof suite ", "exitprof attach ",
        "exitprof run ", "exitprof host ", "perf script ", "exitprof crosscheck ", "--to clickhouse", "--strict",
    ];

    public static TheoryData<string> Paths()
    {
        var paths = new TheoryData<string>();
        foreach ((string path, System.CommandLine.Command _) in Commands()) paths.Add(path);
        return paths;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Help_has_examples_that_can_be_copied_from_80_columns(string path)
    {
        string help = ExitProfCommand.Run([.. path.Split(' '), "--help"]).Succeeds().Output;
        Assert.Contains("Usage:", help);
        Assert.All(help.Split('\n'), l => Assert.True(l.Length <= 120, l));
        string[] examples = ExamplesOf(Commands().Single(c => c.Path == path).Command);
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            Assert.Contains($"\n    {example}\n", help);
            Assert.True(example.Length <= Examples.MostColumns, example);
            string[] words = Words(example.Split(" | ")[^1]);
            Assert.StartsWith(path, string.Join(' ', words));
            Assert.Empty(ExitProf.Commands.Root().Parse(words).Errors);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_description_begins_with_a_verb_or_a_noun(string path)
    {
        System.CommandLine.Command command = Commands().Single(c => c.Path == path).Command;
        foreach (Symbol described in (IEnumerable<Symbol>)[command, .. command.Options, .. command.Arguments])
        {
            Assert.False(string.IsNullOrWhiteSpace(described.Description), $"{path} {described.Name}");
            Assert.DoesNotMatch(@"^Of |: of ", described.Description);
        }
    }

    [Fact]
    public void Examples_that_read_work_as_typed_on_what_the_examples_that_record_have_written()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["pio-out"]);
        Directory.CreateDirectory(folder["fleet"]);
        foreach ((string from, string to) in (ReadOnlySpan<(string, string)>)
        [
            ("pvm-zen5/pio-out", "pio-out/pio-out"), ("ab-device-delay", "ab"), ("pvm-xeon/suite/35-pio-out", "workload"),
            ("runs/a1", "before1"), ("runs/a2", "before2"), ("runs/b1", "after1"), ("runs/b2", "after2"),
            ("runs/a1", "fleet/a1"), ("runs/b1", "fleet/b1"), ("runs/b1", "delay"),
        ])
        {
            File.Copy(Path.Combine(SourceTree.Root, "traces", from + ".nettrace"), folder[to + ".nettrace"]);
        }
        File.WriteAllBytes(folder["perf.data"], new PerfDataBuilder().Entry(900, 7, 0).Exit(1_000, 7, 0, 10).Entry(2_000, 7, 0).InFile());
        File.WriteAllText(folder["base.log"], "cpuid 1200\ncpuid 1210\nhypercall 1100\n");
        File.WriteAllText(folder["new.log"], "cpuid 1205\ncpuid 1207\nhypercall 1102\n");
        foreach (string script in (string[])["base.sh", "patched.sh"])
        {
            File.WriteAllText(folder[script], "#!/bin/sh\necho 5\n");
            File.SetUnixFileMode(folder[script], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        string[] run =
        [
            .. Commands().SelectMany(c => ExamplesOf(c.Command)).Where(e => !NeedMore.Any(n => e.Contains(n, StringComparison.Ordinal))),
        ];
        Assert.True(run.Length > 12, string.Join('\n', run));
        foreach (string example in run)
        {
            string[] words = [.. Words(example).SelectMany(w => w.EndsWith("*.nettrace") ? Matches(folder.Path, w) : [w])];
            ProcessResult result = ExitProfCommand.RunIn(folder.Path, words);
            Assert.True(result.ExitCode == 0, $"{example}: exit code {result.ExitCode}: {result.Error}");
            result.WithoutStackTrace();
        }
    }

    [Fact]
    public void A_command_with_commands_below_it_shows_a_line_for_each()
    {
        string help = ExitProfCommand.Run("host", "--help").Succeeds().Output;
        Assert.Contains("\n  forget       Remove entries of the cache.\n", help);
        Assert.DoesNotContain(Examples.Heading, help);
    }

    private static IEnumerable<(string Path, System.CommandLine.Command Command)> Commands() => Below("", ExitProf.Commands.Root());

    private static IEnumerable<(string Path, System.CommandLine.Command Command)> Below(string path, System.CommandLine.Command command)
    {
        if (path.Length > 0 && command.Action != null) yield return (path, command);
        foreach (System.CommandLine.Command below in command.Subcommands.Where(c => !c.Hidden))
        {
            foreach ((string, System.CommandLine.Command) found in Below($"{path} {below.Name}".Trim(), below)) yield return found;
        }
    }

    private static string[] ExamplesOf(System.CommandLine.Command command) =>
        [.. command.Description!.Split(Examples.Heading)[1].Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    private static string[] Words(string example) => [.. CommandLineParser.SplitCommandLine(example.Replace('\'', '"')).Skip(1)];

    /// <summary>The files that a shell puts in place of the word.</summary>
    private static IEnumerable<string> Matches(string folder, string word) =>
        Directory.EnumerateFiles(Path.Combine(folder, Path.GetDirectoryName(word)!), Path.GetFileName(word))
            .Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal);
}

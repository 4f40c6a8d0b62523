using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Tests.Readme;

/// <summary>What the README shows is what the program prints: of the recordings that come with it.</summary>
public sealed class ReadmeTests
{
    private static readonly string Root = SourceTree.Root;

    [Fact]
    public void The_table_in_the_readme_is_the_report_of_the_recorded_trace()
    {
        var analysis = new TraceAnalysis();
        TraceReading reading = TraceReader.Read(Path.Combine(Root, "traces/pvm-zen5/pio-out.nettrace"), analysis);
        using var text = new StringWriter();
        TextReport.Write(text, [analysis.Summarise("pio-out.nettrace", reading.Bytes, [])]);
        string report = string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd())).Trim('\n');
        Assert.Equal(report, Section("README.md", "table").Trim('\n').Trim('`').Trim('\n'));
    }

    [Fact]
    public void The_verdict_in_the_docs_is_that_on_the_recorded_comparison()
    {
        using var text = new StringWriter();
        VerdictText.Write(text, TraceFiles.Judge(Path.Combine(Root, "traces/ab-device-delay.nettrace"), Gate.Usual));
        string report = string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd())).Trim('\n');
        Assert.Equal(report, Section("reports/docs/verdicts.md", "ab").Trim('\n').Trim('`').Trim('\n'));
    }

    [Fact]
    public void What_the_docs_say_of_the_instruction_cache_is_in_the_page_that_its_traces_give()
    {
        string page = File.ReadAllText(Path.Combine(Root, "reports/pvm-xeon/instruction-cache.md"));
        string[] lines = Section("reports/docs/instruction-cache.md", "icache").Trim('\n').Split('\n');
        Assert.True(lines.Length > 15);
        Assert.All(lines, l => Assert.Contains(l, page.Split('\n')));
    }

    [Fact]
    public void The_page_on_the_instruction_cache_is_what_its_script_makes_of_the_recorded_traces()
    {
        string script = Path.Combine(Root, "reports/instruction-cache.sh");
        ProcessResult made = ExitProfProcess
            .Shell($"PATH='{Path.GetDirectoryName(ExitProfProcess.Dotnet)}':$PATH EXITPROF='{ExitProfProcess.Dll}' '{script}'")
            .Succeeds();
        Assert.Equal(File.ReadAllText(Path.Combine(Root, "reports/pvm-xeon/instruction-cache.md")), made.Output);
    }

    [Fact]
    public void The_table_of_verified_hosts_is_made_from_what_they_gave()
    {
        string folder = Path.Combine(Root, "tests/hosts/expected");
        string table = VerifiedTable.Markdown(folder);
        if (Section("reports/docs/verified.md", "verified").Trim('\n') == table.Trim('\n')) return;
        string received = Path.Combine(folder, "readme.received.md");
        File.WriteAllText(received, table);
        Assert.Fail($"The README's table differs from {received}.");
    }

    [Fact]
    public void Every_recorded_trace_reads_without_a_finding_of_loss_and_names_a_scenario_that_exists()
    {
        string[] traces = Directory.GetFiles(Path.Combine(Root, "traces"), "*.nettrace", SearchOption.AllDirectories);
        Assert.NotEmpty(traces);
        foreach (string trace in traces)
        {
            var analysis = new TraceAnalysis();
            TraceReading reading = TraceReader.Read(trace, analysis);
            TraceSummary summary = analysis.Summarise(trace, reading.Bytes, []);
            Assert.DoesNotContain(summary.Findings, f => f.Severity == Severity.DataLoss);
            Assert.Contains(ScenarioCatalog.All, s => s.Name == summary.Header.Scenario);
            Assert.True(
                summary.Traced.Complete >= 0.97 * summary.Traced.Exits,
                $"{trace}: {summary.Traced.Complete} of {summary.Traced.Exits} exits are complete"
            );
        }
    }

    [Fact]
    public void The_verdict_in_the_readme_is_that_on_the_recorded_instruction_cache()
    {
        using var text = new StringWriter();
        VerdictText.Write(text, TraceFiles.Judge(Path.Combine(Root, "traces/pvm-xeon/icache-hot.nettrace"), Gate.Usual));
        string said = text.ToString()[..text.ToString().IndexOf("New minus base", StringComparison.Ordinal)];
        string report = string.Join('\n', said.Split('\n').Select(l => l.TrimEnd())).Trim('\n');
        Assert.Equal(report, Section("README.md", "verdict").Trim('\n').Trim('`').Trim('\n'));
    }

    [Fact]
    public void The_readme_is_short_and_no_line_of_it_is_wider_than_a_screen()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        Assert.InRange(readme.Length, 1, 12_000);
        Assert.DoesNotContain(readme.Split('\n'), l => l.Length > 140);
    }

    [Fact]
    public void Every_link_of_readme_and_docs_leads_to_a_file()
    {
        foreach (string page in Pages())
        {
            string folder = Path.GetDirectoryName(page)!;
            var targets = Regex.Matches(File.ReadAllText(page), @"\]\((?!https?:|#)([^)#]+)").Select(m => m.Groups[1].Value);
            Assert.DoesNotContain(targets, t => !Path.Exists(Path.Combine(folder, t)));
        }
    }

    [Fact]
    public void Every_command_that_readme_and_docs_show_exists()
    {
        foreach (string page in Pages())
        {
            var shown = File.ReadAllText(page)
                .Split('\n')
                .Where(l => l.StartsWith("exitprof ", StringComparison.Ordinal))
                .Select(l => l.Split(' ')[1])
                .Distinct();
            Assert.All(
                shown,
                c =>
                    Assert.True(
                        File.Exists(Path.Combine(Root, $"src/ExitProf/Commands/{char.ToUpperInvariant(c[0])}{c[1..]}Command.cs")),
                        $"{page}: {c}"
                    )
            );
        }
    }

    [Fact]
    public void The_comparisons_of_the_readme_run_as_typed()
    {
        string[] typed =
        [
            .. File.ReadAllText(Path.Combine(Root, "README.md"))
                .Split('\n')
                .Where(l => l.StartsWith("exitprof compare ", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(typed);
        foreach (string line in typed)
        {
            string[] words =
            [
                .. line.Split(' ')[1..].Select(w => w.StartsWith("traces/", StringComparison.Ordinal) ? Path.Combine(Root, w) : w),
            ];
            Assert.Contains("New minus base", ExitProfCommand.Run(words).Succeeds().Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_reports_of_the_readme_are_made_as_typed()
    {
        using var folder = new TemporaryFolder();
        string[] typed =
        [
            .. File.ReadAllText(Path.Combine(Root, "README.md"))
                .Split('\n')
                .Where(l => l.StartsWith("exitprof report ", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(typed);
        foreach (string line in typed)
        {
            string[] words =
            [
                .. line.Split(' ')[1..].Select(w => w.StartsWith("traces/", StringComparison.Ordinal) ? Path.Combine(Root, w) : w),
            ];
            string[] made = ExitProfCommand.RunIn(folder.Path, words).Succeeds().Output.TrimEnd('\n').Split('\n');
            Assert.Contains(made, f => f.EndsWith(".html", StringComparison.Ordinal));
            Assert.All(made, f => Assert.True(File.Exists(folder[f]), f));
        }
    }

    /// <summary>Those that measure are run where there is KVM, the others by the tests of this class.</summary>
    [Fact]
    public void Every_command_of_the_readme_is_understood()
    {
        string[] typed =
        [
            .. File.ReadAllText(Path.Combine(Root, "README.md"))
                .Split('\n')
                .Select(l => l.Replace("dotnet run -c Release --project src/ExitProf -- ", "exitprof ", StringComparison.Ordinal))
                .Where(l => l.StartsWith("exitprof ", StringComparison.Ordinal)),
        ];
        Assert.Equal(["ab", "compare", "profile", "report"], typed.Select(l => l.Split(' ')[1]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(typed, l => Assert.Empty(ExitProf.Commands.Root().Parse(l.Split(' ')[1..]).Errors));
    }

    /// <summary>What stands next to a command must be a comment to the shell: lines are copied whole.</summary>
    [Fact]
    public void A_line_of_the_docs_that_is_pasted_whole_is_understood()
    {
        var typed = Directory.GetFiles(Path.Combine(Root, "reports/docs"), "*.md")
            .SelectMany(p => File.ReadLines(p).Where(l => l.StartsWith("exitprof ", StringComparison.Ordinal)))
            .Select(l => l.Split(" # ")[0].TrimEnd())
            // What only the shell can take apart.
            .Where(l => l.IndexOfAny(['|', '>', '$', '*', '`']) < 0)
            .ToList();
        Assert.True(typed.Count > 30);
        Assert.All(typed, l => Assert.DoesNotContain("   ", l));
        Assert.All(typed, l => Assert.Empty(ExitProf.Commands.Root().Parse(l["exitprof ".Length..]).Errors));
    }

    private static IEnumerable<string> Pages() =>
        [Path.Combine(Root, "README.md"), .. Directory.GetFiles(Path.Combine(Root, "reports/docs"), "*.md")];

    private static string Section(string page, string name)
    {
        string readme = File.ReadAllText(Path.Combine(Root, page));
        string begin = $"<!-- {name}:begin -->", end = $"<!-- {name}:end -->";
        int from = readme.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return readme[from..readme.IndexOf(end, StringComparison.Ordinal)];
    }
}

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
        Assert.Equal(report, Section("table").Trim('\n').Trim('`').Trim('\n'));
    }

    [Fact]
    public void The_verdict_in_the_readme_is_that_on_the_recorded_comparison()
    {
        using var text = new StringWriter();
        VerdictText.Write(text, TraceFiles.Judge(Path.Combine(Root, "traces/ab-device-delay.nettrace"), Gate.Usual));
        string report = string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd())).Trim('\n');
        Assert.Equal(report, Section("ab").Trim('\n').Trim('`').Trim('\n'));
    }

    [Fact]
    public void What_the_readme_says_of_the_instruction_cache_is_in_the_page_that_its_traces_give()
    {
        string page = File.ReadAllText(Path.Combine(Root, "reports/pvm-xeon/instruction-cache.md"));
        string[] lines = Section("icache").Trim('\n').Split('\n');
        Assert.True(lines.Length > 15);
        Assert.All(lines, l => Assert.Contains(l, page.Split('\n')));
    }

    [Fact]
    public void The_page_on_the_instruction_cache_is_what_its_script_makes_of_the_recorded_traces()
    {
        string script = Path.Combine(Root, "reports/instruction-cache.sh");
        ProcessResult made = ExitProfProcess.Shell($"PATH='{Path.GetDirectoryName(ExitProfProcess.Dotnet)}':$PATH EXITPROF='{ExitProfProcess.Dll}' '{script}'").Succeeds();
        Assert.Equal(File.ReadAllText(Path.Combine(Root, "reports/pvm-xeon/instruction-cache.md")), made.Output);
    }

    [Fact]
    public void The_table_of_verified_hosts_is_made_from_what_they_gave()
    {
        string folder = Path.Combine(Root, "tests/hosts/expected");
        string table = VerifiedTable.Markdown(folder);
        if (Section("verified").Trim('\n') == table.Trim('\n')) return;
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
            Assert.True(summary.Traced.Complete >= 0.97 * summary.Traced.Exits, $"{trace}: {summary.Traced.Complete} of {summary.Traced.Exits} exits are complete");
        }
    }

    [Fact]
    public void Every_command_that_the_readme_shows_exists()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string[] shown = [.. readme.Split('\n').Where(l => l.StartsWith("exitprof ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]).Distinct()];
        Assert.NotEmpty(shown);
        foreach (string command in shown) Assert.True(File.Exists(Path.Combine(Root, $"src/ExitProf/Commands/{char.ToUpperInvariant(command[0])}{command[1..]}Command.cs")), command);
    }

    private static string Section(string name)
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string begin = $"<!-- {name}:begin -->", end = $"<!-- {name}:end -->";
        int from = readme.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return readme[from..readme.IndexOf(end, StringComparison.Ordinal)];
    }
}

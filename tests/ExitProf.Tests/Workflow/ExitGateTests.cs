using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ExitProf.Tests.Workflow;

/// <summary>The example for CI, on a repository of a tiny C program whose branches cost more or the same.</summary>
public sealed class ExitGateTests
{
    private static readonly string Script = Path.Combine(SourceTree.Root, ".github/exit-gate.sh");
    private static readonly string Workflow = File.ReadAllText(Path.Combine(SourceTree.Root, ".github/workflows/exit-gate.yml"));

    /// <summary>
    /// Not timed: what it prints is what it "costs", with noise. The noise is of the number of the run, which the program counts in a file
    /// beside it: drawn afresh it would look like a drift now and then, and the verdict would not be certain.
    /// </summary>
    private static string Program(int cost) => $$"""
        #include <stdio.h>
        int main(void) {
            FILE *runs = fopen("runs", "a");
            fputc('.', runs);
            unsigned seed = (unsigned)ftell(runs) * 2654435761u;
            printf("%u\n", {{cost}} + (seed >> 16) % 100);
            return 0;
        }
        """;

    private static ProcessResult Gate(TemporaryFolder folder, string head, params string[] options)
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/gcc"), "There is no gcc to build the two sides with.");
        string script = $"""
            set -e
            cd '{folder.Path}'
            export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org GIT_CONFIG_GLOBAL=/dev/null
            git init -q -b main .
            printf '%s' "$BASE_PROGRAM" >loop.c; git add loop.c; git commit -qm base
            printf '%s' "$HEAD_PROGRAM" >loop.c; git commit -qam head --allow-empty
            export BASE=HEAD~1 BUILD='gcc -O2 -o loop loop.c' RUN=./loop EXITPROF="$exitprof" RESULTS='{folder.Path}/results'
            '{Script}' {string.Join(' ', options)} || status=$?
            git worktree list | wc -l
            exit $(({"$"}{"{"}status:-0{"}"}))
            """;
        return ExitProfProcess.Shell(script, "env", "BASE_PROGRAM=" + Program(10_000), "HEAD_PROGRAM=" + head);
    }

    [Fact]
    public void A_change_that_costs_more_fails_and_leaves_all_reports()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = Gate(folder, Program(11_000), "--runs", "10", "--seed", "7", "--fail-on", "worse");
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.StartsWith("<!-- exitprof -->\n**Worse", File.ReadAllText(folder["results/gate.md"]));
        // The folders of the two builds are gone when somebody reads it.
        Assert.DoesNotContain("cd '", File.ReadAllText(folder["results/gate.md"]));
        Assert.Single(XDocument.Load(folder["results/gate.xml"]).Descendants("failure"));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(folder["results/gate.html"]));
        Assert.Contains("\"verdict\": \"worse\"", File.ReadAllText(folder["results/gate.json"]));
        // Whoever reads it asks on which machine and kernel it was, and when.
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), day = DateTime.UtcNow.ToString("yyyy-MM");
        foreach (string file in (string[])["results/gate.md", "results/gate.html", "results/gate.xml"])
        {
            string text = File.ReadAllText(folder[file]);
            Assert.Contains(release, text);
            Assert.Contains(day, text);
        }
        // The two checkouts are gone.
        Assert.EndsWith("\n1\n", result.Output);
    }

    [Fact]
    public void A_change_that_costs_nothing_passes()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith("Same: ", Gate(folder, Program(10_000), "--runs", "10", "--seed", "7", "--fail-on", "cannot-tell").Succeeds().Output);
    }

    [Fact]
    public void A_build_that_fails_is_shown()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = Gate(folder, "int main(void) { return }", "--runs", "10");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("exit-gate: the build of head failed:", result.Error);
        Assert.Contains("error", result.Error);
    }

    [Fact]
    public void The_steps_of_the_workflow_are_shell_that_a_shell_accepts_and_the_gate_is_one_of_them()
    {
        string[] steps =
        [
            .. Regex
                .Matches(Workflow, @"^(?<indent> +)run: (?:\|\n(?<block>(?:\k<indent>  .*\n)+)|(?<line>.*)\n)", RegexOptions.Multiline)
                .Select(m => m.Groups["block"].Success ? m.Groups["block"].Value : m.Groups["line"].Value),
        ];
        Assert.Equal(5, steps.Length);
        foreach (string step in steps)
        {
            using Process sh = Process.Start(new ProcessStartInfo("/bin/sh", ["-n", "-c", step]) { RedirectStandardError = true })!;
            Assert.Equal("", sh.StandardError.ReadToEnd());
        }
        Assert.Contains(steps, s => s.StartsWith(".github/exit-gate.sh --runs", StringComparison.Ordinal));
        Assert.DoesNotContain(steps, s => s.Contains("${{", StringComparison.Ordinal));
        // What a pull request's author can choose must not become a command.
        Assert.DoesNotContain("pull_request_target", Workflow);
        Assert.DoesNotContain("\t", Workflow);
        Assert.Contains("<!-- exitprof -->", Workflow);
    }
}

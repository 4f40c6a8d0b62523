using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Tests.Comparing;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

public sealed class VerdictReportTests
{
    private static string Text(ComparisonSummary c)
    {
        using var writer = new StringWriter();
        VerdictText.Write(writer, c);
        return writer.ToString();
    }

    private static string Markdown(ComparisonSummary c)
    {
        using var writer = new StringWriter();
        VerdictMarkdown.Write(writer, c);
        return writer.ToString();
    }

    private static string Html(ComparisonSummary c)
    {
        using var writer = new StringWriter();
        VerdictHtml.Write(writer, c);
        return writer.ToString();
    }

    private static string Json(ComparisonSummary c)
    {
        using var stream = new MemoryStream();
        VerdictJson.Write(stream, c);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void Numbers_that_are_the_same_are_written_as_expected() =>
        Golden.Equal("verdict-same.txt", Text(SampleComparisons.Bhyve(0.02)));

    [Fact]
    public void Numbers_that_cannot_tell_are_written_as_expected()
    {
        Golden.Equal("verdict-cannot-tell.txt", Text(SampleComparisons.Bhyve(0.01)));
        Golden.Equal("verdict-cannot-tell.json", Json(SampleComparisons.Bhyve(0.01)));
        Golden.Equal("verdict-cannot-tell.md", Markdown(SampleComparisons.Bhyve(0.01)));
        Golden.Equal("verdict-cannot-tell.html", PageText.Of(Html(SampleComparisons.Bhyve(0.01))));
    }

    [Fact]
    public void One_run_a_side_is_written_as_expected() =>
        Golden.Equal("verdict-too-few-runs.txt", Text(NumberComparisonTests.Compare(Gate.Usual, [13_900.60], [13_938.07], 2)));

    [Theory]
    [InlineData(10, 1, "At least 4 more runs of the new side would be needed")]
    [InlineData(1, 10, "At least 4 more runs of the base would be needed")]
    [InlineData(3, 1, "At least 2 more runs of the base and 4 of the new side would be needed")]
    [InlineData(1, 1, "At least 4 more runs on each side would be needed, 5 a side")]
    public void What_each_side_lacks_is_said_of_that_side(int first, int second, string expected)
    {
        double[] runs = [.. Enumerable.Range(0, 10).Select(i => 100 + 0.1 * i)];
        Assert.Contains(expected, Json(NumberComparisonTests.Compare(Gate.Usual, runs[..first], runs[..second])));
    }

    [Fact]
    public void Nothing_to_compare_is_written_in_every_form()
    {
        using var folder = new TemporaryFolder();
        ComparisonSummary nothing = BaselineComparison.Of(
            Gate.Usual with
            {
                FailOn = FailOn.CannotTell,
            },
            new Baseline(folder.Path),
            "base",
            [SampleRuns.Run("a.nettrace", 69_600, 0)]
        );
        const string Sentence = "annot tell: a.nettrace against base: nothing was compared.",
            Needs = "2 runs on each side would be needed for an interval: the base has none.";
        using (var junit = new StringWriter())
        {
            JUnitReport.Write(junit, new VerdictPage(nothing), DateTime.UnixEpoch, "bench-1");
            Assert.Contains("failures=\"1\"", junit.ToString());
            Assert.Contains(Sentence, junit.ToString());
        }
        Assert.All([Text(nothing), Markdown(nothing), Html(nothing)], t => Assert.Contains(Sentence, t));
        Assert.All(
            [Text(nothing), Markdown(nothing), Html(nothing), Json(nothing)],
            t =>
                Assert.True(
                    t.Contains(Needs, StringComparison.Ordinal) && t.Contains("has no run of this machine", StringComparison.Ordinal),
                    t
                )
        );
        Assert.DoesNotContain("\n\n\n", Text(nothing).TrimEnd());
        Assert.DoesNotContain("| what |", Markdown(nothing).Split("finding")[0]);
        using JsonDocument json = JsonDocument.Parse(Json(nothing));
        Assert.Equal(
            ("cannot-tell", 0),
            (json.RootElement.GetProperty("verdict").GetString(), json.RootElement.GetProperty("comparisons").GetArrayLength())
        );
    }

    [Fact]
    public void Traces_are_written_as_expected()
    {
        Golden.Equal("verdict-traces.txt", Text(SampleComparisons.Traces()));
        Golden.Equal("verdict-traces.json", Json(SampleComparisons.Traces()));
        Golden.Equal("verdict-traces.md", Markdown(SampleComparisons.Traces()));
        Golden.Equal("verdict-traces.html", PageText.Of(Html(SampleComparisons.Traces())));
    }

    [Fact]
    public void Names_out_of_a_file_steer_neither_terminal_nor_comment()
    {
        string text = Text(SampleComparisons.Hostile()),
            markdown = Markdown(SampleComparisons.Hostile());
        Assert.DoesNotContain(
            "<script",
            PageText.Of(Html(SampleComparisons.Hostile())).Replace("<script></script>", "", StringComparison.Ordinal),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.All(
            [text, markdown, Json(SampleComparisons.Hostile()), Html(SampleComparisons.Hostile())],
            t => Assert.DoesNotContain(t, c => (char.IsControl(c) && c != '\n') || c == '\u202e')
        );
        Assert.DoesNotContain("<script>", markdown);
        Assert.DoesNotContain("@somebody", markdown);
        Assert.DoesNotContain("[red]", markdown.Replace("\\[red\\]", "", StringComparison.Ordinal));
        int columns = Columns(markdown.Split('\n').First(l => l.StartsWith("| what", StringComparison.Ordinal)));
        foreach (
            string row in markdown
                .Split('\n')
                .SkipWhile(l => !l.StartsWith("| what", StringComparison.Ordinal))
                .TakeWhile(l => l.Length > 0)
        )
            Assert.Equal(columns, Columns(row));

        static int Columns(string row) => row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|');
    }

    [Fact]
    public void No_line_is_wider_than_asked_for_and_none_ends_in_spaces() =>
        Assert.All(
            ((ComparisonSummary[])[SampleComparisons.Bhyve(0.02), SampleComparisons.Bhyve(0.01), SampleComparisons.Traces()]).SelectMany(
                c => Text(c).Split('\n')
            ),
            line => Assert.True(line.Length <= TextPage.DefaultWidth && line == line.TrimEnd(), line)
        );

    [Fact]
    public void The_json_has_the_names_of_its_contract_in_their_order()
    {
        using JsonDocument json = JsonDocument.Parse(Json(SampleComparisons.Traces()));
        JsonElement root = json.RootElement;
        Assert.Equal(
            ["schema", "verdict", "alpha", "margin", "comparisons", "needs", "findings"],
            Names(root).Intersect(["schema", "verdict", "alpha", "margin", "comparisons", "needs", "findings"])
        );
        JsonElement row = root.GetProperty("comparisons")[0];
        string[] wanted =
        [
            "scenario",
            "settings",
            "reason",
            "unit",
            "n",
            "method",
            "verdict",
            "decidedBy",
            "exceedsMargin",
            "tail",
            "shift",
            "equivalence",
            "stages",
        ];
        Assert.Equal(wanted, Names(row).Intersect(wanted));
        Assert.Equal(["base", "new", "kind"], Names(row.GetProperty("n")));
        Assert.Equal(["absolute", "percent", "confidence"], Names(row.GetProperty("shift")));
        Assert.Equal(["value", "low", "high"], Names(row.GetProperty("shift").GetProperty("percent")));
        Assert.Equal(["low", "high", "confidence"], Names(row.GetProperty("equivalence")));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("needs").ValueKind);
        using JsonDocument undecided = JsonDocument.Parse(Json(SampleComparisons.Bhyve(0.01)));
        Assert.Equal(["quads", "runs", "seconds", "text"], Names(undecided.RootElement.GetProperty("needs")));
        Assert.Equal(["base", "new"], Names(undecided.RootElement.GetProperty("needs").GetProperty("runs")));
        Assert.Equal("cannot-tell", undecided.RootElement.GetProperty("verdict").GetString());

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
    }

    [Fact]
    public void A_stage_that_makes_the_verdict_is_named_in_its_sentence()
    {
        Gate gate = Gate.Usual with { StageMargins = Gate.Usual.StageMargins.Add("pio-search", Margin.OfAmount(200, "cycles")) };
        TraceSummary[] first =
        [
            .. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"a{i}", 69_600 + i * 3 % 10, i).Staged(i * 3 % 10, 2, 0)),
        ];
        TraceSummary[] second =
        [
            .. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"b{i}", 69_600 + i * 7 % 10, 60 + i).Staged(i * 7 % 10, 2, 2_000)),
        ];
        Assert.StartsWith(
            "Worse: pio-search of pio-out, b0 and 9 more against a0 and 9 more: +2,000 cycles (99.88 % interval +1,99",
            Text(TraceComparison.Of(gate, first, second, acrossHosts: false)).ReplaceLineEndings(" ")
        );
        Assert.Contains("; the total is same, ", Text(TraceComparison.Of(gate, first, second, acrossHosts: false)).ReplaceLineEndings(" "));
        Assert.StartsWith("Same: pio-out, ", Text(TraceComparison.Of(Gate.Usual, first, second, acrossHosts: false)));
    }

    [Fact]
    public void The_sentence_names_the_stages_that_moved_though_the_total_is_the_same()
    {
        TraceSummary[] first =
            [.. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"a{i}", 69_600 + i * 3 % 10, i).Staged(i * 3 % 10, 2, 0))];
        TraceSummary[] second =
            [.. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"b{i}", 69_600 + i * 7 % 10, 60 + i).Staged(i * 7 % 10, 2, 2_000))];
        string moved = Text(TraceComparison.Of(Gate.Usual, first, second, acrossHosts: false)).ReplaceLineEndings(" ");
        Assert.Contains("; pio-search is worse: +2,000 cycles. ", moved);
        TraceSummary[] unmoved =
            [.. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"c{i}", 69_600 + i * 7 % 10, 60 + i).Staged(i * 7 % 10, 2, 0))];
        Assert.DoesNotContain(" is worse: ", Text(TraceComparison.Of(Gate.Usual, first, unmoved, acrossHosts: false)));
    }

    [Fact]
    public void An_interval_that_reaches_beyond_all_costs_is_said_to_be_none()
    {
        ComparisonSummary c = TraceComparison.Of(
            Gate.Usual, [SampleRuns.Run("a0", 69_600, 0), SampleRuns.Run("a1", 69_700, 1)],
            [SampleRuns.Run("b0", 69_600, 60), SampleRuns.Run("b1", 69_800, 61)], acrossHosts: false);
        Assert.DoesNotContain("e17 %", Text(c));
    }

    [Fact]
    public void The_verdict_of_several_comparisons_is_the_worst_of_them()
    {
        TraceSummary sweep = SampleSummaries.Sweep() with { Findings = [] };
        ComparisonSummary c = TraceComparison.Of(Gate.Usual, [sweep], [sweep.With(h => h with { Seed = 3 })], acrossHosts: false);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.StartsWith("Cannot tell: ", Text(c));
        Assert.Equal(Verdict.Worse, new[] { Verdict.Same, Verdict.Worse, Verdict.CannotTell, Verdict.Better }.Max());
        Assert.Equal(Verdict.Same, new[] { Verdict.Same, Verdict.Better }.Max());
    }
}

using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

public sealed partial class TextWidthTests
{
    public static readonly TheoryData<int> Widths = [60, 80, 100, 120];

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_report_has_a_line_wider_than_its_terminal_unless_it_is_one_word(int width)
    {
        foreach (TraceSummary[] traces in SampleReports.All) Fits(Report(traces, width), width);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_comparison_has_a_line_wider_than_its_terminal_unless_it_is_one_word(int width)
    {
        foreach (ComparisonSummary comparison in Comparisons) Fits(Verdict(comparison, width), width);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_width_breaks_a_number_or_a_name(int width)
    {
        string[] whole = Words(Report([SampleSummaries.PioOut()], 400));
        string narrow = Report([SampleSummaries.PioOut()], width);
        // What the narrow one has in other words are the short names of stamps, and what it says of its width.
        string[] strange = [.. Words(narrow).Except(whole).Where(w => !ShortName().IsMatch(w) && !w.EndsWith(':'))];
        Assert.Empty(
            strange.Except([
                "Not",
                "shown",
                "in",
                "columns:",
                width.ToString(),
                "group,",
                "cumulative,",
                "p90,",
                "probe.",
                "p90.",
                "cumulative.",
                "group.",
                "probe,",
                "p99.",
                "p99,",
                "p50.",
            ])
        );
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    public void The_verdict_is_never_left_out(int width)
    {
        foreach (ComparisonSummary comparison in Comparisons.Where(c => !c.Rows.IsEmpty))
        {
            string text = Verdict(comparison, width);
            string[] table = text.Split("New minus base")[0].Split('\n')[1..];
            Assert.Contains(
                table,
                line => line.EndsWith("verdict", StringComparison.Ordinal) || line.Contains("verdict: ", StringComparison.Ordinal)
            );
            foreach (ComparedRow row in comparison.Rows)
                Assert.Contains(table, line => line.Contains(row.Total.Verdict.Words(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Columns_go_in_the_order_group_cumulative_p90_probe_and_that_is_said()
    {
        var left = new List<string>();
        for (int width = 160; width > 60; width--)
        {
            string? line = Report([SampleSummaries.PioOut()], width)
                .Split('\n')
                .FirstOrDefault(l => l.StartsWith("Not shown in", StringComparison.Ordinal));
            if (line != null && (left.Count == 0 || left[^1] != line.Split(": ")[1]))
                left.Add(line.Split(": ")[1]);
        }
        Assert.Equal(["group.", "group, cumulative.", "group, cumulative, p90.", "group, cumulative, p90, probe."], left.Take(4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(39)]
    public void Every_figure_is_there_in_a_terminal_of_any_width(int width)
    {
        string text = Report([SampleSummaries.PioOut()], width);
        foreach (string figure in (string[])["23,406", "14,509", "112,653", "−4,380"])
            Assert.Contains(figure, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("周期")]
    [InlineData("e\u0301e\u0301")]
    [InlineData("\U0001F600")]
    [InlineData("\U0001D400\U0001D401")]
    public void Columns_of_wide_and_combining_characters_stand_under_each_other(string name)
    {
        string text = Draw(80, table =>
        {
            table.Right("figure");
            table.Row(Spectre.Console.Style.Plain, name, "1");
            table.Row(Spectre.Console.Style.Plain, "plain", "2");
        });
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(lines.Select(l => TerminalWidth.Of(l)).Distinct());
    }

    [Fact]
    public void The_width_of_characters_is_that_of_the_terminal()
    {
        Assert.Equal(4, TerminalWidth.Of("周期"));
        Assert.Equal(1, TerminalWidth.Of("e\u0301"));
        Assert.Equal(2, TerminalWidth.Of("\U0001F600"));
        Assert.Equal(1, TerminalWidth.Of("\U0001D400"));
        Assert.Equal(2, TerminalWidth.Of("\u1112\u1161\u11AB"));
        Assert.Equal(13, TerminalWidth.Of("≤1 → 2 ± 3 −…"));
    }

    [Theory]
    [InlineData("12345678901234567890 ± 34 % of it", 10, "12345678901234567890 ± 34 %|of it")]
    [InlineData("  a bb ccc", 7, "  a bb|  ccc")]
    [InlineData("aaaaaaaaaaaa b", 4, "aaaaaaaaaaaa|b")]
    [InlineData("", 4, "")]
    [InlineData("   ", 1, "")]
    [InlineData("周 期 周 期", 5, "周 期|周 期")]
    public void Sentences_are_broken_between_words_only(string text, int width, string expected) =>
        Assert.Equal(expected, string.Join('|', TextPage.Broken(text, width).Select(l => l.TrimEnd())));

    private static IEnumerable<ComparisonSummary> Comparisons =>
        [SampleComparisons.Traces(), SampleComparisons.Hostile(), SampleComparisons.Bhyve(0.02)];

    private static void Fits(string text, int width) => Assert.All(text.Split('\n'), line =>
        Assert.True(TerminalWidth.Of(line) <= width || TextPage.Broken(line, width).Count() == 1, $"{width}: {line}"));

    private static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string Report(TraceSummary[] traces, int width)
    {
        using var writer = new StringWriter();
        TextReport.Write(writer, traces, width);
        return writer.ToString();
    }

    private static string Verdict(ComparisonSummary comparison, int width)
    {
        using var writer = new StringWriter();
        VerdictText.Write(writer, new VerdictPage(comparison), width);
        return writer.ToString();
    }

    private static string Draw(int width, Action<TextTable> fill)
    {
        using var writer = new StringWriter();
        var table = new TextTable("name");
        fill(table);
        TextPage.Write(writer, width, false, table.Write);
        return writer.ToString();
    }

    [GeneratedRegex("^(rcu:(start|end)|vmm:(returned|called)|called|user_exit|emulate_insn|pio|fpu:(load|unload)|─+|page_fault)$")]
    private static partial Regex ShortName();
}

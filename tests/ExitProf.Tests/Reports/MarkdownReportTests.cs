using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

public sealed class MarkdownReportTests
{
    [Fact]
    public void A_sweep_is_one_table_with_a_column_for_each_value() => Golden.Equal("sweep.md", Text(SampleSummaries.Sweep()));

    [Fact]
    public void What_stands_in_a_trace_makes_no_markup()
    {
        string text = Text(SampleSummaries.HostileNames());
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@somebody", text, StringComparison.Ordinal);
    }

    private static string Text(TraceSummary trace)
    {
        using var writer = new StringWriter();
        MarkdownReport.Write(writer, [trace]);
        return writer.ToString();
    }

    [Theory]
    [InlineData("https://example.org/x")]
    [InlineData("www.example.org")]
    [InlineData("GH-12")]
    [InlineData("built from f7f315f0")]
    public void No_name_becomes_a_link_by_itself(string name)
    {
        using var writer = new StringWriter();
        TraceSummary trace = SampleSummaries.PioOut();
        MarkdownReport.Write(writer, [trace with { Header = trace.Header with { Scenario = name } }]);
        Assert.DoesNotContain(name, writer.ToString(), StringComparison.Ordinal);
        Assert.Contains(name, writer.ToString().Replace("\u2060", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}

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
}

using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

public sealed class TextReportTests
{
    private static string Text(params TraceSummary[] traces) => Text(false, traces);

    private static string Text(bool colour, TraceSummary[] traces, int width = TextPage.DefaultWidth)
    {
        using var writer = new StringWriter();
        TextReport.Write(writer, traces, width, colour);
        return writer.ToString();
    }

    [Fact]
    public void A_full_stage_table_is_written_as_expected() => Golden.Equal("pio-out.txt", Text(SampleSummaries.PioOut()));

    [Fact]
    public void An_in_kernel_exit_has_absent_and_merged_rows() => Golden.Equal("ioeventfd-pio.txt", Text(SampleSummaries.IoEventFd()));

    [Fact]
    public void A_trace_without_root_has_merged_rows_only() => Golden.Equal("no-root.txt", Text(SampleSummaries.NoRoot()));

    [Fact]
    public void An_emulated_guest_is_labelled() => Golden.Equal("emulated.txt", Text(SampleSummaries.Emulated()));

    [Fact]
    public void A_sweep_begins_with_a_comparison() => Golden.Equal("sweep.txt", Text(SampleSummaries.Sweep()));

    [Fact]
    public void Vcpus_have_columns_below_the_table_of_all() => Golden.Equal("two-vcpus.txt", Text(SampleSummaries.TwoVcpus()));

    [Fact]
    public void A_long_sweep_is_compared_in_tables_that_fit() => Golden.Equal("long-sweep.txt", Text(SampleSummaries.LongSweep()));

    [Fact]
    public void Two_traces_are_compared_first() =>
        Golden.Equal("two-traces.txt", Text(SampleSummaries.PioOut(), SampleSummaries.IoEventFd()));

    [Fact]
    public void An_import_says_that_its_probe_cost_is_unknown() => Golden.Equal("imported.txt", Text(SampleSummaries.Imported()));

    [Fact]
    public void A_trace_without_exits_says_so() => Golden.Equal("nothing.txt", Text(SampleSummaries.Nothing()));

    [Fact]
    public void Hostile_names_are_written_as_expected() => Golden.Equal("hostile.txt", Text(SampleSummaries.HostileNames()));

    [Fact]
    public void No_name_of_a_trace_can_steer_the_terminal()
    {
        string text = Text(SampleSummaries.HostileNames());
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', text);
    }

    [Fact]
    public void No_line_is_wider_than_asked_for_and_none_ends_in_spaces()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            Assert.All(Text(traces).Split('\n'), line =>
            {
                Assert.True(line.Length <= TextPage.DefaultWidth, line);
                Assert.Equal(line.TrimEnd(), line);
            });
        }
    }

    [Fact]
    public void Colours_change_nothing_but_colours()
    {
        TraceSummary[] traces = [SampleSummaries.PioOut()];
        string coloured = Text(true, traces);
        Assert.Contains("\u001b[1m", coloured, StringComparison.Ordinal);
        string plain = System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9;]*m", "");
        Assert.Equal(Words(Text(traces)), Words(plain));
    }

    [Fact]
    public void A_narrow_terminal_loses_no_figure()
    {
        string text = Text(false, [SampleSummaries.PioOut()], width: 90);
        foreach (string figure in (string[])["23,406", "14,509", "112,653", "−4,380"])
            Assert.Contains(figure, text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}

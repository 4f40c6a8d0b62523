using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>Instructions by function become calls: a tree for each stage, which adds up at every branch.</summary>
public sealed class CallTreeTests
{
    private static readonly StackCount[] Stacks =
    [
        new(0, "exit", "(guest)", 3),
        new(0, "exit", "enter;ioctl;run;exit", 10),
        new(0, "handler", "enter;ioctl;run;handle", 40),
        new(0, "handler", "enter;ioctl;run;handle;fast", 25),
        new(0, "handler", "enter;ioctl;run;handle;fast;search", 30),
        new(0, "handler", "enter;ioctl;run;handle;tiny", 1),
        new(0, "handler", "enter;ioctl;run;handle;small", 2),
        new(0, "exit", "enter;ioctl;run;exit;late", 5),
    ];

    [Fact]
    public void Each_stage_has_its_calls_in_the_order_of_the_exit_and_callees_are_included()
    {
        CallTree[] stages = [.. CallTree.Of(Stacks)];
        Assert.Equal([("exit", 18L), ("handler", 98L)], stages.Select(s => (s.Name, s.All)));
        Assert.Equal([("(guest)", 3L), ("exit", 15L)], stages[0].Callees.Select(c => (c.Name, c.All)));
        CallTree handle = Assert.Single(stages[1].Callees);
        Assert.Equal(("handle", 40L, 98L), (handle.Name, handle.Own, handle.All));
        Assert.Equal([("fast", 25L, 55L), ("tiny", 1L, 1L), ("small", 2L, 2L)], handle.Callees.Select(c => (c.Name, c.Own, c.All)));
    }

    [Fact]
    public void Callers_that_execute_nothing_in_a_stage_are_left_out_unless_they_call_several() =>
        Assert.Equal(["run"], Assert.Single(CallTree.Of([new(0, "s", "enter;run;a", 1), new(0, "s", "enter;run;b", 1)])).Callees
            .Select(c => c.Name));

    [Fact]
    public void Short_calls_are_one_row_and_no_instruction_is_lost()
    {
        (CallTree Call, int Depth, int Others)[] rows = [.. CallTree.Of(Stacks)[1].Rows(10)];
        Assert.Equal([("handler", 0, 0), ("handle", 1, 0), ("fast", 2, 0), ("search", 3, 0), ("", 2, 2)],
            rows.Select(r => (r.Call.Name, r.Depth, r.Others)));
        Assert.Equal(3, rows[^1].Call.All);
        Assert.Equal(98, rows.Sum(r => r.Call.Own));
    }

    [Fact]
    public void A_file_that_says_more_calls_than_a_kernel_makes_is_not_followed()
    {
        CallTree at = Assert.Single(CallTree.Of([new(0, "s", string.Join(';', Enumerable.Range(0, 30_000).Select(i => $"f{i}")), 1),
            new(0, "s", string.Join(';', Enumerable.Range(0, 30_000).Select(i => $"f{i}")) + ";more", 1)]));
        Assert.Equal(2, at.All);
        Assert.InRange(at.Rows(0).Count(), 2, 200);
    }

    [Fact]
    public void Terminal_page_and_picture_show_the_calls_of_each_stage()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TraceWriter(folder["t.nettrace"]))
        {
            SampleTrace.Ordinary().Write(writer);
            foreach (StackCount stack in Stacks) writer.Stack(stack);
            writer.End(writer.Totals(false));
        }
        TraceSummary summary = TraceFiles.Summarise(folder["t.nettrace"]);
        var text = new StringWriter();
        TextReport.Write(text, [summary], 100);
        string[] lines = [.. text.ToString().Split('\n').Select(l => l.TrimEnd())];
        int first = Array.FindIndex(lines, l => l.StartsWith("stage, calls ", StringComparison.Ordinal));
        string[] names = ["exit", "  (guest)", "  exit", "    late", "handler", "  handle", "    fast", "      search", "    small", "    1 other"];
        Assert.Equal(names, lines[(first + 1)..].SkipWhile(l => l.Length == 0 || l[0] is '-' or '\u2500').Take(names.Length)
            .Select(l => l[..l.IndexOf("  ", l.TakeWhile(c => c == ' ').Count(), StringComparison.Ordinal)]));
        IChart picture = Assert.Single(Pictures.Of([summary]), c => c.Name.EndsWith("-calls", StringComparison.Ordinal)).Chart;
        Assert.Contains("search: 30 ", picture.Description);
        var page = new StringWriter();
        HtmlReport.Write(page, [summary]);
        string html = page.ToString();
        Assert.Contains("\u2003\u2003\u2003search</th><td>30</td><td>30</td>", html);
        Assert.Contains("by stage and call", html);
    }
}

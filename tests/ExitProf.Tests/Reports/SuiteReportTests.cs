using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Tests.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

public sealed class SuiteReportTests
{
    private static string Text(SuiteSummary suite)
    {
        using var writer = new StringWriter();
        SuiteText.Write(writer, suite);
        return writer.ToString();
    }

    private static string Page(SuiteSummary suite)
    {
        using var writer = new StringWriter();
        SuitePage.Write(writer, suite);
        return writer.ToString();
    }

    private static string Json(SuiteSummary suite)
    {
        using var stream = new MemoryStream();
        SuiteJson.Write(stream, suite);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void A_suite_is_written_as_expected()
    {
        Golden.Equal("suite.txt", Text(SampleSuites.Whole()));
        Golden.Equal("suite.json", Json(SampleSuites.Whole()));
        Golden.Equal("suite.html", PageText.Of(Page(SampleSuites.Whole())));
    }

    [Fact]
    public void A_sweep_of_several_settings_is_a_table_whose_cells_say_cycles_exits_and_who_ran_the_guest()
    {
        using var text = new StringWriter();
        TextReport.Write(text, [SampleSuites.Forms()]);
        Golden.Equal("forms.txt", text.ToString());
        string page = Page(SampleSuites.Drawn());
        Assert.Contains("<td>69,600 ± 278, 1 exit</td>", page);
        Assert.Contains("<td>69,600 ± 278, 16 exits, emulated</td>", page);
        Assert.Contains("<td>n/a</td>", page);
        using var stream = new MemoryStream();
        JsonReport.Write(stream, [SampleSuites.Forms()]);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement[] cells = [.. json.RootElement.GetProperty("traces")[0].GetProperty("configurations").EnumerateArray()];
        Assert.Equal([1.0, 1, 16, 16, 16], cells.Select(c => c.GetProperty("exitsToVmm").GetDouble()));
        Assert.Equal("emulated", cells[^1].GetProperty("mode").GetString());
    }

    [Fact]
    public void What_is_about_the_VMM_is_said_in_one_line()
    {
        SuiteRow alone = SampleSuites.Row(
            SweptTrace.WithAnswers(SweptTrace.Quiet, ("cache=off", 50_000, 3_000), ("cache=on", 49_100, 2_000)),
            new SuiteQuestion.Difference("cache", OfUserspace: true)
        );
        Assert.Equal(
            "cache=on against cache=off: \u22121,000 ± 0 cycles of the VMM, \u2212900 ± 0 of the whole exit.",
            SuiteSentence.Of(alone, SampleSuites.Of(alone))
        );
        // With other settings swept as well, the whole exits are left to the table.
        SuiteRow several = SampleSuites.Row(
            SweptTrace.WithAnswers(
                SweptTrace.Drift,
                ("lock=none,vcpus=1", 50_000, 100),
                ("lock=none,vcpus=2", 50_000, 102),
                ("lock=mutex,vcpus=1", 50_000, 300),
                ("lock=mutex,vcpus=2", 51_000, 444)
            ),
            new SuiteQuestion.Difference("vcpus", OfUserspace: true)
        );
        Assert.Equal(
            "vcpus=2 against vcpus=1: +2 ± 0 (lock=none), +144 ± 0 (lock=mutex) cycles of the VMM.",
            SuiteSentence.Of(several, SampleSuites.Of(several))
        );
    }

    [Fact]
    public void The_recorded_suite_has_published_figures_beside_ours_and_a_result_for_every_row()
    {
        using var folder = new TemporaryFolder();
        string from = Path.Combine(SourceTree.Root, "traces/pvm-xeon/suite");
        ExitProfCommand.RunIn(folder.Path, "suite", "--from", from, "-o", "suite").Succeeds();
        string page = File.ReadAllText(folder["suite/index.html"]);
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 100_000, 500_000);
        string[][] rows =
        [
            .. Regex.Matches(page, "<tr[^>]* data-verdict=.*?</tr>", RegexOptions.Singleline)
                .Select(r => Regex.Matches(r.Value, "<t[hd].*?</t[hd]>", RegexOptions.Singleline)
                    .Select(c => Regex.Replace(c.Value, "<[^>]+>", "")).ToArray()),
        ];
        Assert.Equal(45, rows.Length);
        Assert.All(rows, r => Assert.Contains(r[4], (string[])["a difference", "the same", "cannot tell", "a cost", "not recorded"]));
        string[] whole = rows.Single(r => r[0] == "pio-out");
        Assert.Equal(("10,400 cycles", "216,428 cycles"), (whole[2], whole[3]));
        // Two values of one row stand below each other on both sides.
        string[] eoi = rows.Single(r => r[0].StartsWith("eoi", StringComparison.Ordinal));
        Assert.Equal("4,677 cycles2,366 cycles", eoi[2]);
        Assert.Equal("cannot tell", rows.Last(r => r[0] == "syscall-loop")[4]);
        // Where the text has no figure of the same thing, ours stands alone, and every recorded row has one.
        Assert.Equal("", rows.Single(r => r[0] == "bus-lock")[2]);
        Assert.All(rows.Where(r => r[4] != "not recorded"), r => Assert.NotEqual("", r[3]));
    }

    [Fact]
    public void Instructions_of_a_software_CPU_are_results_in_their_own_unit_and_without_an_interval()
    {
        SuiteRow[] rows =
        [
            SampleSuites.Row(InInstructions(SampleSummaries.PioOut()), new SuiteQuestion.Totals()),
            SampleSuites.Row(
                InInstructions(SweptTrace.WithAnswers(SweptTrace.Quiet, ("cache=off", 50_000, 3_000), ("cache=on", 49_100, 2_000))),
                new SuiteQuestion.Difference("cache", OfUserspace: true)),
        ];
        SuiteSummary suite = SampleSuites.Of(rows);
        Assert.True(suite.HasFigures);
        string text = Text(suite);
        Assert.Contains("Instructions of a software CPU: exact and repeatable, not time. Figures are those of the most frequent exit", text);
        Assert.Contains("1,000 instructions of the VMM", text);
        foreach (string written in (string[])[text, Page(suite)]) Assert.DoesNotContain("cycles", written.Replace("times or cycles", ""));
        Assert.DoesNotContain("\"cycles\"", Json(suite));
    }

    /// <summary>The same figures on the clock of a software CPU, whose host says what emulates it.</summary>
    private static TraceSummary InInstructions(TraceSummary trace) => trace with
    {
        Header = trace.Header with
        {
            Clock = trace.Header.Clock with { Unit = ClockUnit.Instructions },
            Host = [.. trace.Header.Host, new Fact("hypervisor above", "TCGTCGTCGTCG")],
        },
    };

    [Fact]
    public void A_quick_suite_shows_what_works_and_no_figure()
    {
        SuiteSummary quick = SampleSuites.Whole() with { Quick = true };
        Golden.Equal("suite-quick.txt", Text(quick));
        using JsonDocument json = JsonDocument.Parse(Json(quick));
        Assert.False(json.RootElement.GetProperty("figures").GetBoolean());
        Assert.All(json.RootElement.GetProperty("rows").EnumerateArray(), r => Assert.Equal(0, r.GetProperty("results").GetArrayLength()));
    }

    [Theory]
    [InlineData("cpu", "Bochs CPU")]
    [InlineData("hypervisor above", "TCGTCGTCGTCG")]
    public void Cycles_of_an_emulated_machine_are_no_results(string fact, string value)
    {
        SuiteSummary suite = SampleSuites.Of(SampleSuites.Row(SampleSummaries.PioOut(), new SuiteQuestion.Stages()));
        Assert.True(suite.HasFigures);
        TraceSummary emulated = suite.Rows[0].Trace! with { Header = suite.Rows[0].Trace!.Header with { Host = [new Fact(fact, value)] } };
        Assert.False(SampleSuites.Of(SampleSuites.Row(emulated, new SuiteQuestion.Stages())).HasFigures);
    }

    [Fact]
    public void Every_published_figure_of_the_catalog_is_shown_with_its_source()
    {
        SuiteSummary suite = SampleSuites.Of([.. ScenarioCatalog.All.Select(s =>
            new SuiteRow(s.Name, s.Summary, s.Origin, s.UnitTest, [.. s.Published], s.SuiteRuns[0], null, "not recorded", 0))]);
        using JsonDocument json = JsonDocument.Parse(Json(suite));
        string page = Page(suite);
        foreach (PublishedFigure figure in ScenarioCatalog.All.SelectMany(s => s.Published)) Assert.Contains(figure.Source, page);
        Assert.Equal(ScenarioCatalog.All.Count, json.RootElement.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public void Reasons_from_the_world_are_data_and_not_markup()
    {
        SuiteSummary suite = SampleSuites.Of(SampleSuites.Absent(SampleSummaries.Hostile));
        Assert.DoesNotContain("<script>alert(1)</script>", Page(suite));
        Assert.DoesNotContain('\u001b', Text(suite));
        using JsonDocument json = JsonDocument.Parse(Json(suite));
        Assert.Equal(SampleSummaries.Hostile, json.RootElement.GetProperty("rows")[0].GetProperty("reason").GetString());
    }
}

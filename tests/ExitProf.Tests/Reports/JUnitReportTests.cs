using System.Collections.Immutable;
using System.Xml.Linq;
using System.Xml.Schema;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

public sealed class JUnitReportTests
{
    private static readonly DateTime Utc = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);

    private static string JUnit(ComparisonSummary c)
    {
        using var writer = new StringWriter();
        JUnitReport.Write(writer, new VerdictPage(c), Utc, "bench-1");
        return writer.ToString();
    }

    private static ComparisonSummary With(FailOn failOn, ComparisonSummary c) => c with { Gate = c.Gate with { FailOn = failOn } };

    private static XElement[] Cases(ComparisonSummary c) => [.. XDocument.Parse(JUnit(c)).Descendants("testcase")];

    private static string[] Failed(ComparisonSummary c) =>
        [.. Cases(c).Where(x => x.Element("failure") != null).Select(x => x.Attribute("name")!.Value)];

    [Fact]
    public void Traces_are_written_as_expected() =>
        Golden.Equal("verdict-traces.xml", JUnit(With(FailOn.Worse, SampleComparisons.Traces())));

    [Fact]
    public void It_is_valid_against_the_common_schema()
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, Path.Combine(AppContext.BaseDirectory, "Reports/junit.xsd"));
        ComparisonSummary[] all = [SampleComparisons.Traces(), SampleComparisons.Bhyve(0.01), SampleComparisons.Hostile()];
        foreach (ComparisonSummary c in all.SelectMany(c => new[] { c, With(FailOn.CannotTell, c) }))
        {
            var document = XDocument.Parse(JUnit(c));
            document.Validate(schemas, (_, e) => Assert.Fail(e.Message));
            XElement suite = document.Root!.Elements().First();
            Assert.Equal((int)suite.Attribute("failures")!, suite.Elements("testcase").Count(x => x.Element("failure") != null));
            Assert.Equal((int)suite.Attribute("tests")!, suite.Elements("testcase").Count());
        }
        Assert.Throws<XmlSchemaValidationException>(() => XDocument.Parse("<testsuites><testsuite/></testsuites>").Validate(schemas, null));
    }

    [Fact]
    public void A_case_fails_where_the_gate_does()
    {
        ComparisonSummary worse = SampleComparisons.Traces(), undecided = SampleComparisons.Bhyve(0.01);
        Assert.Empty(Failed(worse));
        Assert.Equal(["total"], Failed(With(FailOn.Worse, worse)));
        Assert.Equal(9, Cases(worse).Length);
        Assert.Empty(Failed(With(FailOn.Worse, undecided)));
        Assert.Equal("total", Cases(undecided).Single(x => x.Element("skipped") != null).Attribute("name")!.Value);
        Assert.Equal(["total"], Failed(With(FailOn.CannotTell, undecided)));
    }

    [Fact]
    public void A_stage_with_a_margin_of_its_own_is_a_part_of_the_gate()
    {
        var gate = Gate.Usual with
        {
            FailOn = FailOn.Worse,
            StageMargins = ImmutableSortedDictionary<string, Margin>
                .Empty.Add("handler", Margin.OfShare(0.03))
                .Add("userspace", Margin.OfAmount(500, "cycles")),
        };
        ComparisonSummary c = TraceComparison.Of(
            gate,
            SampleRuns.Side("a", 69_600, 9),
            SampleRuns.Side("b", 76_560, 8, 60),
            acrossHosts: false
        );
        Assert.Equal(["total", "handler"], Failed(c));
        Assert.DoesNotContain(c.Findings, f => f.Id == "unused-margin");
        Assert.Contains(
            TraceComparison
                .Of(
                    gate with
                    {
                        Rules = [new MarginRule("pio-in", null, ImmutableSortedDictionary<string, Margin>.Empty)],
                    },
                    SampleRuns.Side("a", 69_600, 9),
                    SampleRuns.Side("b", 76_560, 8, 60),
                    acrossHosts: false
                )
                .Findings,
            f => f is { Id: "unused-margin", Severity: Severity.Warning }
        );
    }

    [Fact]
    public void A_margin_that_protects_nothing_is_told_by_which_names_it_would()
    {
        var gate = Gate.Usual with
        {
            StageMargins = ImmutableSortedDictionary<string, Margin>.Empty.Add("handlers", Margin.OfShare(0.03)),
            Rules = [new MarginRule("pio-out devices=0", null, ImmutableSortedDictionary<string, Margin>.Empty)],
        };
        string[] said =
        [
            .. TraceComparison
                .Of(gate, SampleRuns.Side("a", 69_600, 9), SampleRuns.Side("b", 76_560, 8, 60), acrossHosts: false)
                .Findings.Where(f => f.Id == "unused-margin")
                .Select(f => f.Text),
        ];
        Assert.Equal("A margin of the gate's file protects nothing: no comparison is named pio-out devices=0; there is pio-out.", said[0]);
        Assert.Contains("goes by its whole name); there are ", said[1]);
    }

    [Fact]
    public void A_gated_stage_alone_makes_the_whole_worse()
    {
        TraceSummary[] first = SampleRuns.Side("a", 69_600, 9),
            second =

            [
                .. SampleRuns
                    .Side("b", 69_600, 9, 60)
                    .Select(t =>
                        t.With(c =>
                            c with
                            {
                                Stages = c.Stages.SetItem(
                                    2,
                                    c.Stages[2] with
                                    {
                                        Corrected = new Estimate(c.Stages[2].Corrected.Mean * 1.5, double.NaN, double.NaN),
                                    }
                                ),
                            }
                        )
                    ),
            ];
        Assert.Equal(Verdict.Same, TraceComparison.Of(Gate.Usual, first, second, false).Verdict);
        var gate = Gate.Usual with
        {
            Rules =
            [
                new MarginRule("pio-out", null, ImmutableSortedDictionary<string, Margin>.Empty.Add("pio-search", Margin.OfShare(0.05))),
            ],
        };
        Assert.Equal(Verdict.Worse, TraceComparison.Of(gate, first, second, false).Verdict);
    }
}

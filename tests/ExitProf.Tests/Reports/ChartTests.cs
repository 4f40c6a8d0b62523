using System.Xml.Linq;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Tests.Analysis;
using ExitProf.Tests.Charts;
using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Reports;

/// <summary>The charts that reports make of traces.</summary>
public sealed class ChartTests
{
    private static readonly float[] Widths = [Look.Wide, Look.Narrow];

    [Fact]
    public void A_sweep_is_a_curve_with_the_VMMs_part_on_a_scale_of_its_own()
    {
        // The VMM's part has its knee at 1,024; the whole exit varies by more.
        TraceSummary sweep = SweptTrace.WithAnswers(
            (round, i) => 900 * ((3 * round + 5 * i) % 4),
            [
                .. ((int[])[256, 512, 1024, 2048, 4096, 8192]).Select(n =>
                    ($"sites={n}", 200_000L + (n > 1024 ? 2_600 : 0), 4_000L + (n > 1024 ? 2_600 : 0))
                ),
            ]
        );
        var curve = Assert.IsType<SweepCurve>(
            Pictures.Of([sweep]).Single(p => p.Name.EndsWith("by-sites", StringComparison.Ordinal)).Chart
        );
        Assert.Equal(2, curve.Panels.Length);
        Assert.Equal([256.0, 512, 1024, 2048, 4096, 8192], curve.Panels[1].Points.Select(p => p.Value));
        Assert.Equal([0.0, 0, 0, 2_600, 2_600, 2_600], curve.Panels[1].Points.Select(p => Math.Round(p.Shift.Mean, 6)));
        // A line through a knee would say what is not so: the points are joined.
        Assert.All(curve.Panels, p => Assert.Null(p.Line));
        foreach (float width in Widths) PictureTests.Check(curve, width);
        Sweep only = Assert.Single(SweptShift.Curves(sweep));
        // Words, two values, and values that a damaged trace gives twice are no curve.
        Assert.Empty(
            SweptShift.Curves(SweptTrace.Of(SweptTrace.Quiet, ("apic=xapic", 5_000), ("apic=x2apic", 3_000), ("apic=none", 2_000)))
        );
        Assert.Empty(SweptShift.Curves(SweptTrace.Of(SweptTrace.Quiet, ("sites=1", 5_000), ("sites=2", 3_000))));
        Assert.Empty(
            SweptShift.Of(only with { Configurations = [only.Configurations[0], only.Configurations[0], .. only.Configurations] })
        );
    }

    [Fact]
    public void The_texts_of_every_chart_of_every_report_neither_overlap_nor_leave_it()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            foreach (NamedChart chart in Pictures.Of(traces))
            {
                foreach (float width in Widths) PictureTests.Check(chart.Chart, width);
            }
        }
    }

    [Fact]
    public void No_names_and_no_figures_make_texts_overlap()
    {
        var figures = ArbMap.Default.ArbFor<double>();
        var names = ArbMap.Default.ArbFor<string>();
        Prop.ForAll(
                names,
                figures,
                figures,
                (name, anyFirst, anySecond) =>
                {
                    // Stamps have 64 bits: no figure can be larger.
                    double first = anyFirst % ulong.MaxValue;
                    double second = anySecond % ulong.MaxValue;
                    TraceSummary sample = SampleSummaries.PioOut();
                    ConfigurationSummary c = sample.Configurations[0];
                    c = c with
                    {
                        Configuration = new Configuration(name ?? "", []),
                        Incomplete = new IncompleteSummary(1, first),
                        Unattributed = new Estimate(second, second - 1, second + 1),
                        Stages =
                        [
                            .. c.Stages.Select(
                                (s, i) => i == 2 ? s with { Corrected = new Estimate(Math.Abs(first), first, second), Probe = second } : s
                            ),
                        ],
                    };
                    TraceSummary strange = sample with { Header = sample.Header with { Scenario = name ?? "" }, Configurations = [c] };
                    foreach (NamedChart chart in Pictures.Of([strange, sample]))
                    {
                        foreach (float width in Widths)
                            PictureTests.Check(chart.Chart, width);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact]
    public void The_rows_of_a_waterfall_end_at_the_untraced_mean()
    {
        foreach (TraceSummary trace in (TraceSummary[])[SampleSummaries.PioOut(), SampleSummaries.IoEventFd(), SampleSummaries.NoRoot()])
        {
            var rows = Rows(trace);
            Assert.Equal(trace.Configurations[0].Untraced!.Mean.Mean, rows.Last(r => r.Fill == "residual").End, 1e-6);
            foreach (
                (WaterfallRow before, WaterfallRow after) in rows.Zip(rows.Skip(1)).Where(p => p.Second.Fill is not ("total" or "traced"))
            )
                Assert.Equal(before.End, after.Start);
        }
    }

    [Fact]
    public void Axes_are_labelled_in_the_clocks_own_unit()
    {
        TraceSummary cycles = SampleSummaries.PioOut();
        TraceSummary instructions = cycles with
        {
            Header = cycles.Header with { Clock = cycles.Header.Clock with { Unit = ClockUnit.Instructions } },
        };
        Assert.Equal(
            ["cycles", "instructions"],
            ((TraceSummary[])[cycles, instructions]).Select(t => Assert.IsType<Waterfall>(Pictures.Of([t])[0].Chart).Panels[0].Unit)
        );
        // Instructions of an emulated CPU are no time.
        Assert.Equal(0, Assert.IsType<Waterfall>(Pictures.Of([instructions])[0].Chart).PerMicrosecond);
        Assert.Equal("instructions", Assert.IsType<DistributionChart>(Pictures.Of([instructions])[1].Chart).Unit);
    }

    [Fact]
    public void File_names_of_pictures_stay_in_their_folder()
    {
        TraceSummary hostile = SampleSummaries.PioOut() with
        {
            Header = SampleSummaries.PioOut().Header with { Scenario = "../../etc/passwd" },
        };
        Assert.All(Pictures.Of([hostile, SampleSummaries.HostileNames(), hostile]), p => Assert.Matches("^[a-z0-9][a-z0-9-]*$", p.Name));
        var all = Pictures.Of([hostile, hostile]);
        Assert.Equal(all.Count, all.Select(p => p.Name).Distinct().Count());
    }

    [Fact]
    public void Hostile_names_of_a_trace_change_only_the_text_of_its_pictures()
    {
        TraceSummary[] usual = [SampleSummaries.PioOut(), SampleSummaries.PioOut()];
        TraceSummary[] hostile = [SampleSummaries.HostileNames(), SampleSummaries.HostileNames()];
        var pictures = Pictures.Of(hostile);
        Assert.Equal(Pictures.Of(usual).Select(p => p.Chart.GetType()), pictures.Select(p => p.Chart.GetType()));
        Assert.True(pictures.Count > 4);
        foreach (NamedChart picture in pictures)
        {
            string markup = Picture.Standalone(picture.Chart);
            string[] names = [.. XElement.Parse(markup).DescendantsAndSelf().Select(e => e.Name.LocalName).Distinct()];
            Assert.DoesNotContain("script", names);
            Assert.All(XElement.Parse(markup).DescendantsAndSelf().Attributes(), a => Assert.DoesNotMatch("^on", a.Name.LocalName));
            Assert.DoesNotContain(markup, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Picture.Png(picture.Chart, Scheme.Dark).AsSpan(0, 4).ToArray());
        }
    }

    private static IReadOnlyList<WaterfallRow> Rows(TraceSummary trace) =>
        Assert.IsType<Waterfall>(Pictures.Of([trace])[0].Chart).Panels[0].Rows;
}

using System.Globalization;
using System.Xml.Linq;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Reports.Charts;
using ExitProf.Tests.Analysis;
using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Reports;

public sealed class ChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private sealed record Box(string Text, double Left, double Top, double Right, double Bottom);

    [Fact]
    public void The_waterfall_is_drawn_as_expected() => Golden.Equal("pio-out-stages.svg", Pictures.Of([SampleSummaries.PioOut()])[0].Svg.Standalone());

    [Fact]
    public void Two_waterfalls_share_a_scale_as_expected() => Golden.Equal("comparison.svg", Pictures.Of([SampleSummaries.PioOut(), SampleSummaries.IoEventFd()])[0].Svg.Standalone());

    [Fact]
    public void The_distribution_is_drawn_as_expected() => Golden.Equal("no-root-distribution.svg", Pictures.Of([SampleSummaries.NoRoot()])[1].Svg.Standalone());

    [Fact]
    public void Hostile_names_are_drawn_as_expected() => Golden.Equal("hostile-stages.svg", Pictures.Of([SampleSummaries.HostileNames()])[0].Svg.Standalone());

    [Fact]
    public void A_sweep_is_a_curve_with_the_VMMs_part_on_a_scale_of_its_own()
    {
        // The VMM's part has its knee at 1,024; the whole exit varies by more.
        TraceSummary sweep = SweptTrace.WithAnswers((round, i) => 900 * ((3 * round + 5 * i) % 4), [.. ((int[])[256, 512, 1024, 2048, 4096, 8192]).Select(n => ($"sites={n}", 200_000L + (n > 1024 ? 2_600 : 0), 4_000L + (n > 1024 ? 2_600 : 0)))]);
        Picture curve = Pictures.Of([sweep]).Single(p => p.Name.EndsWith("by-sites", StringComparison.Ordinal));
        Golden.Equal("swept.svg", curve.Svg.Standalone());
        Sweep only = Assert.Single(SweptShift.Curves(sweep));
        Assert.Equal([0.0, 0, 0, 2_600, 2_600, 2_600], SweptShift.Of(only).Select(p => Math.Round(p.Userspace!.Value.Mean, 6)));
        foreach (double width in (double[])[Waterfall.Wide, Waterfall.Narrow]) Check(SweepCurve.Draw(sweep, only, width, "c")!);
        // Words, two values, and values that a damaged trace gives twice are no curve.
        Assert.Empty(SweptShift.Curves(SweptTrace.Of(SweptTrace.Quiet, ("apic=xapic", 5_000), ("apic=x2apic", 3_000), ("apic=none", 2_000))));
        Assert.Empty(SweptShift.Curves(SweptTrace.Of(SweptTrace.Quiet, ("sites=1", 5_000), ("sites=2", 3_000))));
        Assert.Empty(SweptShift.Of(only with { Configurations = [only.Configurations[0], only.Configurations[0], .. only.Configurations] }));
    }

    [Fact]
    public void Every_picture_is_well_formed_and_its_texts_neither_overlap_nor_leave_it()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            foreach (SvgPicture picture in AllWidths(traces)) Check(picture);
        }
    }

    [Fact]
    public void No_names_and_no_figures_make_texts_overlap()
    {
        var figures = ArbMap.Default.ArbFor<double>();
        var names = ArbMap.Default.ArbFor<string>();
        Prop.ForAll(names, figures, figures, (name, anyFirst, anySecond) =>
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
                Stages = [.. c.Stages.Select((s, i) => i == 2 ? s with { Corrected = new Estimate(Math.Abs(first), first, second), Probe = second } : s)],
            };
            TraceSummary strange = sample with { Header = sample.Header with { Scenario = name ?? "" }, Configurations = [c] };
            foreach (SvgPicture picture in AllWidths([strange, sample])) Check(picture);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact]
    public void The_rows_of_a_waterfall_end_at_the_untraced_mean()
    {
        foreach (TraceSummary trace in (TraceSummary[])[SampleSummaries.PioOut(), SampleSummaries.IoEventFd(), SampleSummaries.NoRoot()])
        {
            var rows = WaterfallPanel.Of(Subject.Of([trace]).Single()).Rows;
            double end = rows.Last(r => r.Fill == "residual").End;
            Assert.Equal(trace.Configurations[0].Untraced!.Mean.Mean, end, 1e-6);
            foreach ((WaterfallRow before, WaterfallRow after) in rows.Zip(rows.Skip(1)).Where(p => p.Second.Fill is not ("total" or "traced"))) Assert.Equal(before.End, after.Start);
        }
    }

    [Fact]
    public void Bars_are_as_long_as_their_figures_say()
    {
        SvgPicture picture = Pictures.Of([SampleSummaries.PioOut()])[0].Svg;
        var bars = XDocument.Parse(picture.Standalone()).Root!.Elements(Svg + "rect").Where(r => r.Element(Svg + "title") is not null).ToList();
        double Width(string start) => Number(bars.First(b => b.Element(Svg + "title")!.Value.StartsWith(start, StringComparison.Ordinal)), "width");
        Assert.Equal(25_092.0 / 23_406, Width("host-restore: 25,092") / Width("guest-entry: 23,406"), 1e-3);
        Assert.Equal(69_600.0 / 80_011, Width("untraced mean") / Width("traced mean"), 1e-3);
    }

    [Fact]
    public void File_names_of_pictures_stay_in_their_folder()
    {
        TraceSummary hostile = SampleSummaries.PioOut() with { Header = SampleSummaries.PioOut().Header with { Scenario = "../../etc/passwd" } };
        Assert.All(Pictures.Of([hostile, SampleSummaries.HostileNames(), hostile]), p => Assert.Matches("^[a-z0-9][a-z0-9-]*$", p.Name));
        var all = Pictures.Of([hostile, hostile]);
        Assert.Equal(all.Count, all.Select(p => p.Name).Distinct().Count());
    }

    private static IEnumerable<SvgPicture> AllWidths(TraceSummary[] traces)
    {
        var subjects = Subject.Of(traces);
        foreach (double width in (double[])[Waterfall.Wide, Waterfall.Narrow])
        {
            if (subjects.Count > 0) yield return Pictures.Comparison(subjects, width, "c");
            foreach (Subject subject in subjects)
            {
                yield return Pictures.Stages(subject, width, "s");
                if (ExitProf.Reports.Charts.Distribution.Draw(subject, width, "d") is { } distribution) yield return distribution;
            }
        }
    }

    private static void Check(SvgPicture picture)
    {
        XElement root = XDocument.Parse(picture.Standalone()).Root!;
        Assert.DoesNotContain(root.Descendants(), e => e.Name.LocalName == "script");
        var boxes = root.Descendants(Svg + "text").Select(BoxOf).ToList();
        Assert.NotEmpty(boxes);
        foreach (Box box in boxes) Assert.True(box.Left >= -0.5 && box.Right <= picture.Width + 0.5 && box.Top >= 0 && box.Bottom <= picture.Height, $"{box} leaves {picture.Width} x {picture.Height}");
        for (int i = 0; i < boxes.Count; i++)
        {
            for (int k = 0; k < i; k++)
            {
                bool apart = boxes[i].Left >= boxes[k].Right || boxes[k].Left >= boxes[i].Right || boxes[i].Top >= boxes[k].Bottom || boxes[k].Top >= boxes[i].Bottom;
                if (!apart) Assert.Fail($"{boxes[i]} overlaps {boxes[k]}");
            }
        }
        foreach (XElement rect in root.Elements(Svg + "rect")) Assert.True(Number(rect, "x") >= 0 && Number(rect, "x") + Number(rect, "width") <= picture.Width + 2, rect.ToString());
    }

    private static Box BoxOf(XElement text)
    {
        double size = Number(text, "font-size");
        double width = TextWidth.Of(text.Value, size, (string?)text.Attribute("font-weight") == "bold");
        double left = Number(text, "x") - width * (string?)text.Attribute("text-anchor") switch { "end" => 1, "middle" => 0.5, _ => 0 };
        // Capitals and digits are 0.73 em high, descenders 0.24 em deep.
        return new Box(text.Value, left, Number(text, "y") - size * 0.74, left + width, Number(text, "y") + size * 0.22);
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture);
}

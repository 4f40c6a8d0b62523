using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using ExitProf.Analysis;
using ExitProf.Charts;

namespace ExitProf.Tests.Charts;

/// <summary>The pictures of each kind of chart: as files, in a page, on paper of both colours.</summary>
public sealed class PictureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Names => [.. SampleCharts.All.Select(c => c.Name)];

    private sealed record Box(string Text, double Left, double Top, double Right, double Bottom);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_picture_is_drawn_as_expected_for_a_desk_and_for_a_phone(string name)
    {
        IChart chart = Chart(name);
        Golden.Equal(name + ".svg", Broken(Picture.Standalone(chart)));
        Golden.Equal(name + "-narrow.svg", Broken(Picture.Inline(chart, Look.Narrow, "n")));
    }

    [Fact]
    public void The_markup_does_not_depend_on_what_was_drawn_before()
    {
        string[] Drawn(IEnumerable<(string Name, IChart Chart)> charts) =>
            [
                .. charts.OrderBy(c => c.Name).Select(c => c.Name),
                .. charts.Select(c => Picture.Inline(c.Chart, Look.Wide, c.Name)).Order(StringComparer.Ordinal),
            ];
        Assert.Equal(Drawn(SampleCharts.All), Drawn(SampleCharts.All.Reverse()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_neither_overlap_nor_leave_the_picture(string name)
    {
        foreach (float width in (float[])[Look.Wide, Look.Narrow]) Check(Chart(name), width);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Markup_for_a_page_has_classes_for_its_colours_and_ids_of_its_own(string name)
    {
        foreach (float width in (float[])[Look.Wide, Look.Narrow])
        {
            string markup = Picture.Inline(Chart(name), width, "some-id");
            XElement root = XElement.Parse(markup);
            Assert.DoesNotContain(
                root.DescendantsAndSelf().Attributes(),
                a =>
                    a.Name.LocalName is "style" or "fill" or "stroke" or "font-family"
                    || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal)
            );
            Assert.All(root.Descendants().Attributes("id"), id => Assert.StartsWith("some-id-", id.Value, StringComparison.Ordinal));
            Assert.InRange(root.Elements("clipPath").Count(), 1, 2);
            Assert.DoesNotContain(root.Descendants(), e => e.Name.LocalName is "script" or "image" or "pattern" or "style");
            Assert.All(root.Elements("text"), t => Assert.DoesNotContain(',', t.Attribute("x")!.Value));
            Assert.NotEmpty(root.Element("title")!.Value);
            Assert.NotEmpty(root.Element("desc")!.Value);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mark_says_something_and_lies_in_the_picture(string name)
    {
        XElement root = XElement.Parse(Picture.Inline(Chart(name), Look.Wide, "a"));
        double[] size = [.. root.Attribute("viewBox")!.Value.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        XElement[] marks = [.. root.Elements("g").Last().Elements("rect")];
        Assert.NotEmpty(marks);
        Assert.All(marks, m =>
        {
            Assert.NotEmpty(m.Element("title")!.Value);
            Assert.NotNull(m.Attribute("data-k"));
            Assert.InRange(Number(m, "x"), 0, size[2] - Number(m, "width"));
            Assert.InRange(Number(m, "y"), 0, size[3] - Number(m, "height"));
            Assert.InRange(Math.Min(Number(m, "width"), Number(m, "height")), 5.9, size[2]);
        });
    }

    [Fact]
    public void Bars_are_as_long_as_their_figures_say()
    {
        XElement root = XElement.Parse(Picture.Inline(SampleCharts.Waterfall(), Look.Wide, "a"));
        double Width(string group) => Number(root.Descendants("rect").First(r => (string?)r.Attribute("class") == "f-" + group), "width");
        Assert.Equal(22_277.0 / 5_997, Width("host-restore") / Width("handler"), 2e-2);
        Assert.Equal(65_541.0 / 33_501, Width("total") / Width("reentry"), 1e-3);
        // Less than a pixel, and seen nevertheless.
        Assert.Equal(1.5, Width("userspace"));
    }

    [Fact]
    public void A_picture_for_a_page_and_a_png_are_of_one_size()
    {
        foreach ((_, IChart chart) in SampleCharts.All)
        {
            foreach (float width in (float[])[Look.Wide, Look.Narrow])
            {
                string[] view = XElement.Parse(Picture.Inline(chart, width, "a")).Attribute("viewBox")!.Value.Split(' ');
                (int across, int down) = PngSize(Picture.Png(chart, Scheme.Light, width));
                Assert.Equal(
                    (
                        Math.Ceiling(width * Look.PngScale),
                        Math.Ceiling(double.Parse(view[3], CultureInfo.InvariantCulture) * Look.PngScale)
                    ),
                    (across, down)
                );
            }
        }
    }

    [Fact]
    public void A_dark_picture_has_dark_paper_and_the_same_drawing()
    {
        byte[] light = Picture.Png(SampleCharts.Waterfall(), Scheme.Light), dark = Picture.Png(SampleCharts.Waterfall(), Scheme.Dark);
        Assert.Equal(PngSize(light), PngSize(dark));
        Assert.NotEqual(light, dark);
        Assert.InRange(light.Length, 30_000, 300_000);
    }

    /// <summary>
    /// No font of this machine, no locale and no time zone may have a part in it; measured alike on CPUs from Nehalem to AVX-512.
    /// </summary>
    [Fact]
    public void A_png_has_the_same_bytes_on_every_machine() =>
        Golden.Equal(
            "waterfall.png.sha256",
            Convert.ToHexStringLower(SHA256.HashData(Picture.Png(SampleCharts.Waterfall(), Scheme.Light))) + "\n"
        );

    [Fact]
    public void Hostile_names_are_text_and_nothing_else()
    {
        string markup = Picture.Standalone(SampleCharts.All.Single(c => c.Name == "hostile").Chart);
        Assert.DoesNotContain("<script", markup, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(markup, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202E', markup);
        Assert.Contains(
            XElement.Parse(markup).Elements(Svg + "text"),
            t => t.Value.Contains("<script>alert(1)</script>", StringComparison.Ordinal)
        );
        // What the font has no sign for is seen as missing.
        Assert.Contains(
            '\uFFFD',
            XElement.Parse(markup).Elements(Svg + "text").First(t => t.Value.Contains("[31m", StringComparison.Ordinal)).Value
        );
    }

    [Fact]
    public void A_curve_keeps_the_corners_that_somebody_can_see_and_no_others()
    {
        // Steps of a thousandth up a straight line, one step to the side in the middle, and straight on.
        CurvePoint[] points = [.. Enumerable.Range(0, 900).Select(i => new CurvePoint(i < 450 ? 1_000 : 1_500, i / 1000.0))];
        var chart = new DistributionChart("steps", "cycles", [new DistributionCurve("a", "total-line", true, 1_500, "1,500", [.. points])]);
        XElement curve = XElement.Parse(Picture.Inline(chart, Look.Wide, "a")).Descendants("path")
            .Single(p => p.Attribute("class")!.Value.StartsWith("curve", StringComparison.Ordinal));
        Assert.Matches(@"^M[\d.]+ [\d.]+v-[\d.]+l[\d.]+-[\d.]+v-[\d.]+$", curve.Attribute("d")!.Value);
    }

    [Fact]
    public void The_font_has_every_character_of_our_own_texts()
    {
        // Literals of the sources, and what figures are written with.
        var signs = "≤≥±−×·…–µΔΣ%“”‘’".EnumerateRunes().ToHashSet();
        Assert.All(signs, sign => Assert.True(Typefaces.Has(sign), $"{sign} is not in the font"));
        Assert.False(Typefaces.Has(new Rune(0x5E9)));
        foreach ((string name, IChart chart) in SampleCharts.All.Where(c => c.Name != "hostile"))
            Assert.All(
                XElement.Parse(Picture.Inline(chart, Look.Wide, name)).Descendants("text"),
                t => Assert.DoesNotContain('\uFFFD', t.Value)
            );
    }

    private static IChart Chart(string name) => SampleCharts.All.Single(c => c.Name == name).Chart;

    /// <summary>One element a line, so that a difference can be read.</summary>
    private static string Broken(string markup) => markup.Replace("><", ">\n<", StringComparison.Ordinal);

    private static (int Width, int Height) PngSize(byte[] png)
    {
        Assert.Equal<byte>([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], png[..8]);
        return (
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))
        );
    }

    /// <summary>Fails where two texts of a picture meet, or one leaves it.</summary>
    internal static void Check(IChart chart, float width)
    {
        XElement root = XDocument.Parse(Picture.Standalone(chart, width)).Root!;
        (double across, double down) = (Number(root, "width"), Number(root, "height"));
        var boxes = root.Descendants(Svg + "text").Select(BoxOf).ToList();
        Assert.NotEmpty(boxes);
        foreach (Box box in boxes)
            Assert.True(
                box.Left >= -0.5 && box.Right <= across + 0.5 && box.Top >= 0 && box.Bottom <= down,
                $"{box} leaves {across} x {down} of {chart.Title}"
            );
        for (int i = 0; i < boxes.Count; i++)
        {
            for (int k = 0; k < i; k++)
            {
                bool apart =
                    boxes[i].Left >= boxes[k].Right
                    || boxes[k].Left >= boxes[i].Right
                    || boxes[i].Top >= boxes[k].Bottom
                    || boxes[k].Top >= boxes[i].Bottom;
                if (!apart)
                    Assert.Fail($"{boxes[i]} overlaps {boxes[k]} of {chart.Title}");
            }
        }
    }

    private static Box BoxOf(XElement text)
    {
        double size = Number(text, "font-size"),
            width = Typefaces.Measure(text.Value, (float)size, text.Attribute("font-weight") is not null);
        double left =
            Number(text, "x")
            - width
                * (string?)text.Attribute("text-anchor") switch
                {
                    "end" => 1,
                    "middle" => 0.5,
                    _ => 0,
                };
        // Capitals and digits are 0.72 em high, descenders 0.22 em deep.
        return new Box(text.Value, left, Number(text, "y") - size * 0.72, left + width, Number(text, "y") + size * 0.2);
    }

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture);
}

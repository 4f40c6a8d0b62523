using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace ExitProf.Charts;

/// <summary>
/// Makes of Skia's SVG what a page can take: texts with one place and an anchor instead of a place for each glyph, one clip instead of one
/// for each bar, colours by name, ids of its own, a title and a description, and areas that answer the pointer.
/// </summary>
internal sealed partial class Tidied
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly XDocument document;
    private readonly XElement root;
    private readonly Sheet[] sheets;
    private readonly string id;
    private readonly Dictionary<string, string> names;

    private Tidied(string skia, Sheet[] sheets, IChart chart, string id)
    {
        (this.sheets, this.id, names) = (sheets, id, Palette.Names(sheets[0].Scheme));
        using XmlReader reader = XmlReader.Create(
            new StringReader(skia),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreWhitespace = true }
        );
        document = XDocument.Load(reader);
        root = document.Root!;
        root.Attributes()
            .Where(a => a.Name.LocalName is "width" or "height" || a.Value.EndsWith("xlink", StringComparison.Ordinal))
            .Remove();
        MergeClips();
        foreach (XElement element in root.Descendants().ToList()) Tidy(element);
        MergeLines();
        foreach (XElement group in root.Elements(Svg + "g").Where(g => !g.HasElements).ToList()) group.Remove();
        root.SetAttributeValue("viewBox", $"0 0 {Text(Width)} {Text(Height)}");
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-labelledby", $"{id}-title {id}-desc");
        if (sheets[0].Zoom is { } zoom) MarkCurves(zoom);
        root.AddFirst(
            new XElement(Svg + "title", new XAttribute("id", id + "-title"), VisibleText.Of(chart.Title)),
            new XElement(Svg + "desc", new XAttribute("id", id + "-desc"), VisibleText.Of(chart.Description)));
    }

    private float Width => sheets[0].Width;

    private float Height => sheets.Sum(s => s.Height);

    /// <summary>For a page: sizes, anchors and colours are classes.</summary>
    public static string Inline(string skia, Sheet[] sheets, IChart chart, string id, string? described)
    {
        var tidied = new Tidied(skia, sheets, chart, id);
        if (described is not null)
        {
            tidied.root.Elements(Svg + "desc").Remove();
            tidied.root.SetAttributeValue("aria-labelledby", $"{id}-title {described}-desc");
        }
        // The page has its own paper, and its phone's form takes the tips from the other one.
        tidied.root.Elements(Svg + "rect").First().Remove();
        foreach (XElement text in tidied.root.Descendants(Svg + "text")) TextClasses(text);
        tidied.AddMarks(tips: !sheets[0].IsNarrow);
        return tidied.Written().Replace(" xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal);
    }

    /// <summary>
    /// For a file: colours are attributes, which every program reads, and classes that a dark system gives other colours.
    /// </summary>
    public static string Standalone(string skia, Sheet[] sheets, IChart chart)
    {
        var tidied = new Tidied(skia, sheets, chart, "chart");
        XElement root = tidied.root;
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (XElement element in root.Descendants())
        {
            foreach (string name in ((string?)element.Attribute("class"))?.Split(' ').Where(c => c[1] == '-') ?? [])
            {
                used.Add(name);
                element.SetAttributeValue(name[0] == 'f' ? "fill" : "stroke", Palette.Hex(name[2..], Scheme.Light));
                if (name[0] == 's') element.SetAttributeValue("fill", "none");
            }
        }
        string dark = string.Concat(used.Select(c => $".{c}{{{(c[0] == 'f' ? "fill" : "stroke")}:{Palette.Hex(c[2..], Scheme.Dark)}}}"));
        root.SetAttributeValue("width", Text(tidied.Width));
        root.SetAttributeValue("height", Text(tidied.Height));
        root.SetAttributeValue("font-family", "Open Sans, Segoe UI, Roboto, DejaVu Sans, sans-serif");
        tidied.AddMarks(tips: true);
        root.Elements(Svg + "g").LastOrDefault(g => (string?)g.Attribute("class") == "marks")?.SetAttributeValue("fill-opacity", "0");
        root.Elements(Svg + "desc").Single().AddAfterSelf(new XElement(Svg + "style", $"@media(prefers-color-scheme:dark){{{dark}}}"));
        return tidied.Written() + "\n";
    }

    private string Written()
    {
        var text = new StringBuilder();
        using (
            XmlWriter writer = XmlWriter.Create(
                text,
                new XmlWriterSettings
                {
                    OmitXmlDeclaration = true,
                    Indent = false,
                    NewLineHandling = NewLineHandling.None,
                }
            )
        )
            document.Save(writer);
        return LogCommand.DisarmedMarkup(text.Replace(" />", "/>").ToString());
    }

    /// <summary>
    /// Every plottable has a clip of its own, all of the same area: one is enough. Skia counts them through the whole process.
    /// </summary>
    private void MergeClips()
    {
        var own = new Dictionary<string, string>();
        var renamed = new Dictionary<string, string>();
        foreach (XElement clip in root.Elements(Svg + "clipPath").ToList())
        {
            string area = clip.Elements().Single().ToString(), skias = clip.Attribute("id")!.Value;
            if (own.TryGetValue(area, out string? known))
            {
                renamed[skias] = known;
                clip.Remove();
                continue;
            }
            renamed[skias] = own[area] = $"{id}-clip{own.Count}";
            clip.SetAttributeValue("id", own[area]);
        }
        foreach (XElement group in root.Elements(Svg + "g").ToList())
        {
            if (group.Attribute("clip-path") is not { } clip) continue;
            clip.Value = $"url(#{renamed[clip.Value[5..^1]]})";
            if (group.PreviousNode is not XElement before || (string?)before.Attribute("clip-path") != clip.Value) continue;
            before.Add(group.Elements());
            group.Remove();
        }
    }

    private void Tidy(XElement element)
    {
        if (element.Name == Svg + "path")
        {
            string data = ShortPath.Of(element.Attribute("d")!.Value);
            if (data.Length == 0)
            {
                element.Remove();
                return;
            }
            element.SetAttributeValue("d", data);
        }
        if (element.Name == Svg + "text")
            Anchor(element);
        else
            foreach (
                XAttribute attribute in element
                    .Attributes()
                    .Where(a => a.Name.LocalName is "x" or "y" or "width" or "height" or "cx" or "cy" or "r" or "rx" or "ry")
            )
                attribute.Value = Text(Number(attribute.Value));
        element.Attribute("stroke-miterlimit")?.Remove();
        if ((string?)element.Attribute("stroke-width") == "1") element.Attribute("stroke-width")!.Remove();
        Colour(element, "fill", 'f');
        Colour(element, "stroke", 's');
    }

    /// <summary>
    /// Skia gives every glyph a place, with a comma after the last, which Firefox shifts. ScottPlot moves the canvas to the anchor before
    /// it draws: where the text begins in relation to it tells which end is anchored, and then a font that is a little wider does no harm.
    /// </summary>
    private static void Anchor(XElement text)
    {
        text.Value = text.Value.Trim();
        float size = Number(text.Attribute("font-size")!.Value);
        bool bold = text.Attribute("font-weight") is not null;
        (float x, float y) = (First(text, "x"), First(text, "y"));
        if (text.Attribute("transform") is { } move && Translation().Match(move.Value) is not { Success: true })
            throw new InvalidOperationException($"'{text.Value}' is moved by {move.Value}.");
        (float atX, float atY) =
            text.Attribute("transform") is { } moved && Translation().Match(moved.Value) is var m
                ? (Number(m.Groups[1].Value), Number(m.Groups[2].Value))
                : (0, 0);
        float width = Typefaces.Width(text.Value, size, bold);
        string? anchor = width <= 1 ? null : Math.Abs(x + width) < 0.6 ? "end" : Math.Abs(x + width / 2) < 0.6 ? "middle" : null;
        XAttribute? fill = text.Attribute("fill");
        text.RemoveAttributes();
        text.Add(
            new XAttribute("x", Text(atX + (anchor is null ? x : 0))),
            new XAttribute("y", Text(atY + y)),
            new XAttribute("font-size", Text(size))
        );
        if (bold)
            text.Add(new XAttribute("font-weight", "600"));
        if (anchor is not null)
            text.Add(new XAttribute("text-anchor", anchor));
        if (fill is not null)
            text.Add(fill);
    }

    private void Colour(XElement element, string attribute, char prefix)
    {
        if (element.Attribute(attribute) is not { } colour)
        {
            // What has no fill is black, which is no colour of the palette.
            bool painted =
                element.Name.LocalName is "rect" or "path" or "text" or "circle" or "ellipse" or "polygon"
                && element.Parent!.Name.LocalName != "clipPath";
            if (prefix == 'f' && painted)
                throw new InvalidOperationException($"{element} has no colour.");
            return;
        }
        if (colour.Value != "none")
        {
            string name =
                names.GetValueOrDefault(colour.Value)
                ?? throw new InvalidOperationException($"{colour.Value} is no colour of the palette: {element}");
            element.SetAttributeValue(
                "class",
                element.Attribute("class") is { } known ? $"{known.Value} {prefix}-{name}" : $"{prefix}-{name}"
            );
        }
        colour.Remove();
    }

    /// <summary>Neighbouring lines of one kind become one path.</summary>
    private void MergeLines()
    {
        foreach (XElement path in root.Descendants(Svg + "path").ToList())
        {
            if (
                path.PreviousNode is not XElement before
                || before.Name != path.Name
                || !((string?)path.Attribute("class") ?? "").StartsWith("s-", StringComparison.Ordinal)
            )
                continue;
            // Curves stay apart: each of them lights up alone.
            if (
                path.Attribute("d")!.Value.Length > 40
                || before
                    .Attributes()
                    .Where(a => a.Name != "d")
                    .Select(a => a.ToString())
                    .Except(path.Attributes().Select(a => a.ToString()))
                    .Any()
            )
                continue;
            if (before.Attributes().Count() != path.Attributes().Count())
                continue;
            path.SetAttributeValue("d", before.Attribute("d")!.Value + path.Attribute("d")!.Value);
            before.Remove();
        }
    }

    /// <summary>Names the curves, and puts the labels of the axis where the script can draw others.</summary>
    private void MarkCurves(ZoomAxis zoom)
    {
        Sheet sheet = sheets[0];
        var curves = root.Elements(Svg + "g")
            .Where(g => g.Attribute("clip-path") is not null)
            .Elements(Svg + "path")
            .Where(p => ((string?)p.Attribute("class") ?? "").EndsWith("-line", StringComparison.Ordinal))
            .ToList();
        if (curves.Count != zoom.Curves.Count)
            throw new InvalidOperationException($"{curves.Count} curves are drawn, and {zoom.Curves.Count} have names.");
        foreach ((XElement curve, (string key, string tip)) in curves.Zip(zoom.Curves))
        {
            curve.SetAttributeValue("class", "curve " + curve.Attribute("class")!.Value);
            curve.SetAttributeValue("data-k", VisibleText.Of(key));
            if (!sheet.IsNarrow) curve.Add(new XElement(Svg + "title", VisibleText.Of(tip)));
        }
        root.SetAttributeValue(
            "data-x",
            string.Join(
                ' ',
                new[] { sheet.Left, sheet.Right, sheet.Top, sheet.Bottom }.Select(Text).Append(Exact(zoom.Low)).Append(Exact(zoom.High))
            )
        );
        root.SetAttributeValue("data-unit", zoom.Unit);
        var labels = root.Elements(Svg + "text")
            .Where(t => Number(t.Attribute("y")!.Value) is var y && y > sheet.Bottom && y < sheet.Bottom + 22)
            .ToList();
        if (labels.Count == 0)
            return;
        labels[0].AddBeforeSelf(new XElement(Svg + "g", new XAttribute("class", "ticks"), labels.Select(l => new XElement(l))));
        labels.Remove();
    }

    private void AddMarks(bool tips)
    {
        var marks = new XElement(Svg + "g", new XAttribute("class", "marks"));
        float y = 0;
        foreach (Sheet sheet in sheets)
        {
            foreach (Mark mark in sheet.Marks)
            {
                var area = new XElement(
                    Svg + "rect",
                    new XAttribute("x", Text(mark.Area.Left)),
                    new XAttribute("y", Text(mark.Area.Top + y)),
                    new XAttribute("width", Text(mark.Area.Width)),
                    new XAttribute("height", Text(mark.Area.Height)),
                    new XAttribute("data-k", VisibleText.Of(mark.Key))
                );
                if (tips)
                    area.Add(new XElement(Svg + "title", VisibleText.Of(mark.Tip)));
                marks.Add(area);
            }
            y += sheet.Height;
        }
        if (marks.HasElements) root.Add(marks);
    }

    private static void TextClasses(XElement text)
    {
        string classes = "t" + text.Attribute("font-size")!.Value;
        if (text.Attribute("font-weight") is not null) classes += " b";
        if (text.Attribute("text-anchor") is { } anchor) classes += anchor.Value == "end" ? " e" : " m";
        string colour = text.Attribute("class")!.Value;
        (string x, string y) = (text.Attribute("x")!.Value, text.Attribute("y")!.Value);
        text.ReplaceAttributes(new XAttribute("x", x), new XAttribute("y", y), new XAttribute("class", $"{classes} {colour}"));
    }

    private static float First(XElement text, string axis) => text.Attribute(axis) is { } list ? Number(list.Value.Split(',')[0]) : 0;

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>To a tenth of a pixel.</summary>
    private static string Text(float value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Exact(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^translate\(([-\d.e]+)[ ,]+([-\d.e]+)\)$")]
    private static partial Regex Translation();
}

using System.Text;

namespace ExitProf.Reports.Charts;

/// <summary>A finished chart: to be put into a page as it is, or to stand alone.</summary>
/// <param name="Width">In CSS pixels, as is the height.</param>
/// <param name="Body">Everything between the tags of the svg element.</param>
public sealed record SvgPicture(double Width, double Height, string Id, string Title, string Body)
{
    /// <summary>For a page whose style sheet has <see cref="Palette"/>'s rules.</summary>
    public string Inline() => $"<svg viewBox=\"0 0 {N(Width)} {N(Height)}\" {Labels}>{Body}</svg>";

    /// <summary>A file of its own, with its style and its paper: what browsers open and what the PNG is drawn from.</summary>
    public string Standalone() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{N(Width)}\" height=\"{N(Height)}\" viewBox=\"0 0 {N(Width)} {N(Height)}\" "
        + $"font-family=\"DejaVu Sans, Verdana, sans-serif\" {Labels}>"
        + $"<style>{Palette.LightCss()}</style><rect class=\"paper\" width=\"{N(Width)}\" height=\"{N(Height)}\"/>{Body}</svg>\n";

    private string Labels => $"role=\"img\" aria-labelledby=\"{Id}-title {Id}-desc\"";

    internal static string N(double value) => Math.Round(value, 2).ToString("0.##");
}

internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>Writes SVG. Every text that goes in is escaped here and nowhere else.</summary>
internal sealed class SvgCanvas(string id)
{
    private readonly StringBuilder body = new();
    private readonly StringBuilder patterns = new();
    private readonly HashSet<string> defined = [];

    public void Rect(double x, double y, double width, double height, string fill, string? tooltip = null)
    {
        // A bar that is thinner than a pixel is still a stage.
        body.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(width, 1.5))}\" height=\"{N(height)}\" {fill}");
        body.Append(tooltip is null ? "/>" : $"><title>{VisibleText.Escaped(tooltip)}</title></rect>");
    }

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        body.Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" class=\"{style}\"/>");

    public void Path(string data, string style, double width, string dashes, string? tooltip = null)
    {
        body.Append($"<path d=\"{data}\" class=\"{style}\" stroke-width=\"{N(width)}\" stroke-linejoin=\"round\"");
        if (dashes.Length > 0) body.Append($" stroke-dasharray=\"{dashes}\"");
        body.Append(tooltip is null ? "/>" : $"><title>{VisibleText.Escaped(tooltip)}</title></path>");
    }

    public void Text(double x, double y, string text, double size, Anchor anchor = Anchor.Start, bool bold = false, string style = "ink")
    {
        body.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" class=\"{style}\"");
        if (anchor != Anchor.Start) body.Append($" text-anchor=\"{(anchor == Anchor.End ? "end" : "middle")}\"");
        if (bold) body.Append(" font-weight=\"bold\"");
        body.Append('>').Append(VisibleText.Escaped(text)).Append("</text>");
    }

    /// <summary>The attributes that fill an area with the colour of a group; of a merged one, with stripes of all its colours.</summary>
    public string Fill(string group)
    {
        string[] parts = group.Split('+');
        if (parts.Length == 1) return $"class=\"bar f-{group}\"";
        const int stripe = 7;
        string name = $"{id}-{string.Join('-', parts)}";
        if (defined.Add(name))
        {
            patterns.Append($"<pattern id=\"{name}\" width=\"{stripe * parts.Length}\" height=\"10\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(35)\">");
            for (int i = 0; i < parts.Length; i++) patterns.Append($"<rect x=\"{i * stripe}\" width=\"{stripe}\" height=\"10\" class=\"f-{parts[i]}\"/>");
            patterns.Append("</pattern>");
        }
        return $"class=\"bar\" fill=\"url(#{name})\"";
    }

    /// <summary>The attributes that hatch an area: what the probes added.</summary>
    public string Hatch()
    {
        string name = $"{id}-probe";
        if (defined.Add(name))
        {
            patterns.Append($"<pattern id=\"{name}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line x1=\"1\" y1=\"0\" x2=\"1\" y2=\"5\" class=\"hatch\"/></pattern>");
        }
        return $"class=\"bar\" fill=\"url(#{name})\"";
    }

    public SvgPicture Finish(double width, double height, string title, string description)
    {
        string head = $"<title id=\"{id}-title\">{VisibleText.Escaped(title)}</title><desc id=\"{id}-desc\">{VisibleText.Escaped(description)}</desc>";
        return new SvgPicture(width, height, id, title, head + (patterns.Length > 0 ? $"<defs>{patterns}</defs>" : "") + body);
    }

    private static string N(double value) => SvgPicture.N(value);
}

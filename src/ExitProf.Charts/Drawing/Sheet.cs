using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace ExitProf.Charts;

/// <summary>
/// ScottPlot's plot, with what its own title, legend and labels are not good enough for: a heading on the left, texts beside rows, a legend
/// of several lines. Everything is measured before it is drawn, so that no text meets another.
/// </summary>
internal sealed class Sheet : IDisposable
{
    private const int MostHeadingLines = 4;
    private const float LegendLine = 19;
    private const float Swatch = 20;

    private readonly List<Action<RenderPack>> ink = [];
    private readonly float head;
    private float left;
    private float right;
    private float legendBase;
    private float? legendNext;
    private (double Left, double Right, double Bottom, double Top) limits;

    public Sheet(Scheme scheme, float width, string title, string subtitle)
    {
        (Scheme, Width) = (scheme, width);
        float y = 6;
        foreach (string line in Lines(title, Look.Heading, bold: true))
            Write(Look.Edge, y += Look.Heading + 5, line, Look.Heading, "ink", Alignment.LowerLeft, bold: true);
        foreach (string line in Lines(subtitle, Look.Small, bold: false))
            Write(Look.Edge, y += Look.Small + 5, line, Look.Small, "faint", Alignment.LowerLeft);
        head = y + 8;
        Plot.FigureBackground.Color = Find("paper");
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Axes.AddPanel(new InkPanel(ink));
        foreach (IAxis axis in Plot.Axes.GetAxes())
        {
            (axis.FrameLineStyle.Width, axis.MajorTickStyle.Length, axis.MinorTickStyle.Length) = (0, 0, 0);
            (axis.TickLabelStyle.FontName, axis.TickLabelStyle.FontSize) = (Typefaces.Family, Look.Small);
            axis.TickLabelStyle.ForeColor = Find("faint");
        }
        // Away from the lowest label of the other axis.
        Plot.Axes.Bottom.TickLabelStyle.OffsetY = 2;
        Plot.Axes.Top.TickGenerator = new NumericManual();
        (Plot.Grid.MajorLineColor, Plot.Grid.MajorLineWidth, Plot.Grid.MinorLineWidth) = (Find("grid"), 1, 0);
        Plot.RenderManager.ClearCanvasBeforeEachRender = false;
    }

    public Plot Plot { get; } = new();

    public Scheme Scheme { get; }

    public float Width { get; }

    public float Height { get; private set; }

    public bool IsNarrow => Width < 600;

    /// <summary>The area of the axes, in pixels of the picture.</summary>
    public float Left => left;

    public float Right => Width - right;

    public float Top { get; private set; }

    public float Bottom { get; private set; }

    public List<Mark> Marks { get; } = [];

    public ZoomAxis? Zoom { get; set; }

    public Color Find(string name) => Palette.Find(name, Scheme);

    /// <summary>Lays out the area of the axes.</summary>
    /// <param name="above">Room for labels between the heading and the area; <paramref name="below"/> is the same under it.</param>
    public void Area(float padLeft, float padRight, float above, float height, float below)
    {
        (left, right, Top) = (padLeft, padRight, head + above);
        Bottom = Top + height;
        Height = Bottom + below;
        Fix();
    }

    public void Limits(double low, double high, double bottom, double top)
    {
        limits = (low, high, bottom, top);
        Plot.Axes.SetLimits(low, high, bottom, top);
        Plot.Axes.SetLimitsX(low, high, Plot.Axes.Top);
    }

    /// <summary>The pixel of a value on the x axis.</summary>
    public float X(double value) => (float)(Left + (value - limits.Left) / (limits.Right - limits.Left) * (Right - Left));

    public float Y(double value) => (float)(Bottom - (value - limits.Bottom) / (limits.Top - limits.Bottom) * (Bottom - Top));

    /// <summary>Labels the x axis where the text stays in the picture and apart from the one before.</summary>
    public void XTicks(IEnumerable<double> at, Func<double, string> text, bool top = false)
    {
        const float apart = 8;
        var positions = new List<double>();
        float last = 0;
        foreach (double value in at)
        {
            float half = Typefaces.Width(Typefaces.Drawable(text(value)), Look.Small, bold: false) / 2, x = X(value);
            if (x - half < Math.Max(4, last) || x + half > Width - 4) continue;
            positions.Add(value);
            last = x + half + apart;
        }
        IAxis axis = top ? Plot.Axes.Top : Plot.Axes.Bottom;
        axis.TickGenerator = new NumericManual([.. positions], [.. positions.Select(p => Typefaces.Drawable(text(p)))]);
    }

    public void YTicks(IEnumerable<double> at, Func<double, string> text)
    {
        double[] positions = [.. at];
        Plot.Axes.Left.TickGenerator = new NumericManual(positions, [.. positions.Select(p => Typefaces.Drawable(text(p)))]);
    }

    /// <summary>No labels, and no lines through the area.</summary>
    public void NoYTicks()
    {
        YTicks([], _ => "");
        Plot.Grid.YAxisStyle.IsVisible = false;
    }

    /// <summary>Draws a text at a pixel of the picture.</summary>
    public void Write(double x, double y, string text, float size, string colour, Alignment alignment, bool bold = false)
    {
        string drawable = Typefaces.Drawable(text);
        if (string.IsNullOrWhiteSpace(drawable)) return;
        ink.Add(pack =>
        {
            LabelStyle label = Plotted.Label(drawable, size, Find(colour), alignment);
            label.Bold = bold;
            label.Render(pack.Canvas, new Pixel((float)x, (float)y + pack.FigureRect.Top), pack.Paint);
        });
    }

    /// <summary>Writes a name beside or above its row, broken after its plus signs.</summary>
    public void WriteLines(double x, double middle, IReadOnlyList<string> lines, string colour, Alignment alignment, bool bold = false)
    {
        for (int i = 0; i < lines.Count; i++)
            Write(x, middle + (i - (lines.Count - 1) / 2.0) * (Look.Body + 2), lines[i], Look.Body, colour, alignment, bold);
    }

    /// <summary>Adds an entry to the legend under the chart.</summary>
    public void Legend(string text, Action<RenderPack, PixelRect> draw)
    {
        string fitted = Typefaces.Fit(Typefaces.Drawable(text), Width - 2 * Look.Edge - Swatch - 6, Look.Small);
        float wide = Swatch + 6 + Typefaces.Width(fitted, Look.Small, bold: false) + 18;
        if (legendNext is null)
        {
            legendNext = Look.Edge;
            Height += 26;
            legendBase = Height - 13;
        }
        else if (legendNext + wide - 18 > Width - Look.Edge)
        {
            legendNext = Look.Edge;
            Height += LegendLine;
            legendBase += LegendLine;
        }
        (float x, float y) = (legendNext.Value, legendBase);
        Write(x + Swatch + 6, y, fitted, Look.Small, "faint", Alignment.MiddleLeft);
        ink.Add(pack => draw(pack, new PixelRect(x, x + Swatch, y + 5.5f + pack.FigureRect.Top, y - 5.5f + pack.FigureRect.Top)));
        legendNext = x + wide;
        Fix();
    }

    /// <summary>Draws without the clip of the area, after everything that is in it.</summary>
    public void Ink(Action<RenderPack> draw) => ink.Add(draw);

    /// <summary>Says what the area between these pixels is, and makes it large enough for a pointer.</summary>
    public void Mark(string key, string tip, float x1, float x2, float y1, float y2)
    {
        (float l, float r) = Widened(Math.Min(x1, x2), Math.Max(x1, x2));
        (float t, float b) = Widened(Math.Min(y1, y2), Math.Max(y1, y2));
        Marks.Add(new Mark(new PixelRect(l, r, b, t), key, tip));

        static (float, float) Widened(float from, float to) =>
            to - from >= Look.Touch ? (from, to) : ((from + to - Look.Touch) / 2, (from + to + Look.Touch) / 2);
    }

    public void Draw(SKCanvas canvas, float y)
    {
        var place = new PixelRect(0, Width, y + Height, y);
        // ScottPlot draws its first rendering twice, because the first pass may move the axes; on a bitmap nobody sees it, in SVG
        // everything is there twice.
        using var nothing = new SKNoDrawCanvas((int)Math.Ceiling(Width), (int)Math.Ceiling(y + Height));
        Plot.Render(nothing, place);
        Plot.Render(canvas, place);
    }

    public void Dispose() => Plot.Dispose();

    private List<string> Lines(string text, float size, bool bold)
    {
        var lines = Typefaces.Wrap(Typefaces.Drawable(text), Width - 2 * Look.Edge, size, bold);
        return lines.Count <= MostHeadingLines
            ? lines
            : [.. lines.Take(MostHeadingLines - 1), Typefaces.Fit(lines[MostHeadingLines - 1] + " …", Width - 2 * Look.Edge, size, bold)];
    }

    private void Fix() => Plot.Layout.Fixed(new PixelPadding(left, right, Height - Bottom, Top));

    /// <summary>
    /// Draws anywhere on the picture: ScottPlot clips what is plotted to the area of the axes, and panels are what it does not clip.
    /// </summary>
    private sealed class InkPanel(IReadOnlyList<Action<RenderPack>> ink) : IPanel
    {
        public bool IsVisible { get; set; } = true;

        public float MinimumSize { get; set; }

        public float MaximumSize { get; set; }

        public Edge Edge => Edge.Top;

        public bool ShowDebugInformation { get; set; }

        public float Measure(Paint paint) => 0;

        public PixelRect GetPanelRect(PixelRect dataRect, float size, float offset, Paint paint) => dataRect;

        public void Render(RenderPack rp, float size, float offset)
        {
            foreach (Action<RenderPack> draw in ink) draw(rp);
        }
    }
}

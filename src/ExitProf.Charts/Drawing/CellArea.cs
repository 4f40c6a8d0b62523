using ScottPlot;
using SkiaSharp;

namespace ExitProf.Charts;

/// <summary>
/// Many rectangles of one colour as one path: a few bytes each in the markup, where ScottPlot's own rectangles are elements with a clip
/// each.
/// </summary>
internal sealed class CellArea(Color colour, IReadOnlyList<CoordinateRect> cells) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var path = new SKPath();
        foreach (CoordinateRect cell in cells)
        {
            PixelRect area = Axes.GetPixelRect(cell);
            path.AddRect(new SKRect(area.Left, area.Top, area.Right, area.Bottom));
        }
        using var paint = new SKPaint { Color = colour.ToSKColor(), Style = SKPaintStyle.Fill, IsAntialias = false };
        rp.Canvas.DrawPath(path, paint);
    }
}

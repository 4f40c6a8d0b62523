using System.Text;
using SkiaSharp;

namespace ExitProf.Charts;

/// <summary>A chart drawn: as markup for a page, as an SVG file and as PNG, all of them by the same call.</summary>
public static class Picture
{
    /// <summary>Longer sides than this are drawn with fewer pixels.</summary>
    private const float MostPixels = 16_000;

    /// <summary>
    /// Each row as its difference from the one above, lightly compressed: a fifth of the CPU time of trying all filters at Skia's level 6,
    /// which is more than the drawing takes, for a sixth more bytes.
    /// </summary>
    private static readonly SKPngEncoderOptions Compression = new(SKPngEncoderFilterFlags.Up, 3);

    /// <summary>ScottPlot and its fonts keep state for the whole process: one picture after the other.</summary>
    private static readonly Lock Turn = new();

    /// <summary>Markup for a page whose style sheet has <see cref="Palette.Classes"/>.</summary>
    /// <param name="id">Unique on the page; letters, digits and dashes.</param>
    /// <param name="described">The id of the same chart in another form, whose description serves both.</param>
    public static string Inline(IChart chart, float width, string id, string? described = null) =>
        Draw(chart, Scheme.Light, width, sheets => Tidied.Inline(Skia(sheets), sheets, chart, id, described));

    /// <summary>A file of its own: light, and dark where the reader's system is.</summary>
    public static string Standalone(IChart chart, float width = Look.Wide) =>
        Draw(chart, Scheme.Light, width, sheets => Tidied.Standalone(Skia(sheets), sheets, chart));

    /// <param name="scale">Pixels per CSS pixel.</param>
    public static byte[] Png(IChart chart, Scheme scheme, float width = Look.Wide, float scale = Look.PngScale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        using SKImage pixels = Draw(chart, scheme, width, sheets => Pixels(sheets, scale));
        // Most of the time of a picture is that of its compression, which needs no turn.
        using SKPixmap map = pixels.PeekPixels() ?? throw new InvalidOperationException("The picture has no pixels in memory.");
        using SKData data = map.Encode(Compression) ?? throw new InvalidOperationException("Skia does not compress the picture.");
        return data.ToArray();
    }

    /// <summary>The width and height of the picture in CSS pixels.</summary>
    public static (float Width, float Height) Size(IChart chart, float width = Look.Wide) =>
        Draw(chart, Scheme.Light, width, sheets => (width, sheets.Sum(s => s.Height)));

    private static T Draw<T>(IChart chart, Scheme scheme, float width, Func<Sheet[], T> finish)
    {
        lock (Turn)
        {
            Typefaces.Use();
            Sheet[] sheets = Sheets(chart, scheme, width);
            try
            {
                return finish(sheets);
            }
            finally
            {
                foreach (Sheet sheet in sheets) sheet.Dispose();
            }
        }
    }

    private static Sheet[] Sheets(IChart chart, Scheme scheme, float width) => chart switch
    {
        Waterfall waterfall => WaterfallDrawing.Draw(waterfall, scheme, width),
        StackedBars bars => StackedBarsDrawing.Draw(bars, scheme, width),
        PublishedBars bars => PublishedBarsDrawing.Draw(bars, scheme, width),
        DistributionChart distribution => DistributionDrawing.Draw(distribution, scheme, width),
        QuantileShift quantiles => QuantileShiftDrawing.Draw(quantiles, scheme, width),
        ForestPlot forest => ForestPlotDrawing.Draw(forest, scheme, width),
        SweepCurve sweep => SweepCurveDrawing.Draw(sweep, scheme, width),
        AmdahlCurve curve => AmdahlCurveDrawing.Draw(curve, scheme, width),
        BlockMedians medians => BlockMediansDrawing.Draw(medians, scheme, width),
        LatencyMap map => LatencyMapDrawing.Draw(map, scheme, width),
        ReasonBars bars => ReasonBarsDrawing.Draw(bars, scheme, width),
        Icicle icicle => IcicleDrawing.Draw(icicle, scheme, width),
        HistoryChart history => HistoryChartDrawing.Draw(history, scheme, width),
        _ => throw new ArgumentOutOfRangeException(nameof(chart), chart.GetType().Name, "There is no drawing of such a chart."),
    };

    private static string Skia(Sheet[] sheets)
    {
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, sheets[0].Width, sheets.Sum(s => s.Height)), stream))
            Draw(sheets, canvas);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static SKImage Pixels(Sheet[] sheets, float scale)
    {
        (float width, float height) = (sheets[0].Width, sheets.Sum(s => s.Height));
        scale = Math.Min(scale, MostPixels / Math.Max(width, height));
        var info = new SKImageInfo(
            (int)Math.Ceiling(width * scale),
            (int)Math.Ceiling(height * scale),
            SKColorType.Rgba8888,
            SKAlphaType.Premul
        );
        using SKSurface surface =
            SKSurface.Create(info)
            ?? throw new InvalidOperationException($"Skia refuses a surface of {info.Width} x {info.Height} pixels.");
        surface.Canvas.Clear(sheets[0].Find("paper").ToSKColor());
        surface.Canvas.Scale(scale);
        Draw(sheets, surface.Canvas);
        return surface.Snapshot();
    }

    private static void Draw(Sheet[] sheets, SKCanvas canvas)
    {
        float y = 0;
        foreach (Sheet sheet in sheets)
        {
            sheet.Draw(canvas, y);
            y += sheet.Height;
        }
    }
}

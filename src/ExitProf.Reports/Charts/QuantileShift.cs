using System.Text;
using ExitProf.Analysis;

namespace ExitProf.Reports.Charts;

/// <summary>How far each quantile of whole exits moved, with intervals: a shift of all exits is a level line, one of the tail alone rises at its end.</summary>
public static class QuantileShift
{
    private const double Small = 12;
    private const double Heading = 15;

    /// <param name="margin">In percent, on either side of 0.</param>
    /// <returns>Null if there is nothing to draw.</returns>
    public static SvgPicture? Draw(ComparedRow row, double margin, double width, string id)
    {
        var points = row.Quantiles.Where(q => double.IsFinite(q.Percent.Value)).ToList();
        if (points.Count < 2) return null;
        var canvas = new SvgCanvas(id);
        double y = 6;
        string title = $"{VerdictSentences.Name(row)}: how far each quantile moved";
        foreach (string line in TextWidth.Wrap(title, width - 16, Heading, bold: true)) canvas.Text(8, y += Heading + 4, line, Heading, bold: true);
        string subtitle = $"New minus base in percent of the base, with {VerdictSentences.Confidence(points[0].Confidence)} intervals over {(row.Kind == "quad" ? "groups of neighbouring quads" : "runs")}; the error rate is divided by {row.Quantiles.Length} quantiles.";
        foreach (string line in TextWidth.Wrap(subtitle, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");

        double top = y + 16, height = width < 600 ? 200 : 240, bottom = top + height;
        double high = points.SelectMany(q => (double[])[q.Percent.Value, q.Percent.High, margin, 0]).Where(double.IsFinite).Max();
        double low = points.SelectMany(q => (double[])[q.Percent.Value, q.Percent.Low, -margin, 0]).Where(double.IsFinite).Min();
        double room = Math.Max((high - low) * 0.06, 1e-6);
        var scale = new Axis(low - room, high + room, 0, height, Logarithmic: false);
        double Y(double percent) => bottom - scale.At(percent);
        var ticks = scale.Ticks(34);
        string Label(double percent) => VerdictSentences.Percent(Math.Round(percent, 6));
        double left = 8 + ticks.Max(t => TextWidth.Of(Label(t), Small)) + 10, right = width - 12;
        double X(int i) => left + (right - left) * (i + 0.5) / points.Count;

        canvas.Rect(left, Y(margin), right - left, Y(-margin) - Y(margin), "class=\"f-traced\"", $"margin: ±{margin:0.##} %");
        foreach (double tick in ticks)
        {
            canvas.Line(left, Y(tick), right, Y(tick), "grid");
            canvas.Text(left - 8, Y(tick) + 4, Label(tick), Small, Anchor.End, style: "faint");
        }
        canvas.Line(left, Y(0), right, Y(0), "axis");
        var path = new StringBuilder();
        for (int i = 0; i < points.Count; i++)
        {
            Interval p = points[i].Percent;
            path.Append(i == 0 ? 'M' : 'L').Append(SvgPicture.N(X(i))).Append(' ').Append(SvgPicture.N(Y(p.Value)));
            if (p.Exists)
            {
                canvas.Line(X(i), Y(p.Low), X(i), Y(p.High), "whisker");
                canvas.Line(X(i) - 5, Y(p.Low), X(i) + 5, Y(p.Low), "whisker");
                canvas.Line(X(i) - 5, Y(p.High), X(i) + 5, Y(p.High), "whisker");
            }
            canvas.Text(X(i), bottom + 18, Name(points[i]), Small, Anchor.Middle, style: "faint");
        }
        canvas.Path(path.ToString(), "l-total", 1.8, "");
        for (int i = 0; i < points.Count; i++) canvas.Rect(X(i) - 4, Y(points[i].Percent.Value) - 4, 8, 8, "class=\"bar f-total\"", Said(points[i]));
        var legend = new Legend(canvas, 8, width - 8, Small);
        legend.Start(bottom + 42);
        legend.Add("shift of the quantile", (x, b) => canvas.Rect(x + 5, b - 9, 8, 8, "class=\"bar f-total\""));
        legend.Add("margin of the total", (x, b) => canvas.Rect(x, b - 10, 18, 11, "class=\"f-traced\""));
        return canvas.Finish(width, legend.Y + 12, title, string.Join("; ", points.Select(Said)) + ".");
    }

    private static string Name(ComparedQuantile quantile) => $"p{quantile.Share * 100:0.#}";

    private static string Said(ComparedQuantile q) => $"{Name(q)} {VerdictSentences.Percent(q.Percent.Value)} ({VerdictSentences.Range(q.Percent)})";
}

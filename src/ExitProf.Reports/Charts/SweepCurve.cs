using System.Collections.Immutable;
using System.Text;
using ExitProf.Analysis;

namespace ExitProf.Reports.Charts;

/// <summary>
/// What each value of a numeric setting costs more than the lowest one, with intervals: of the whole exit, and below it, on a scale of its own, of the VMM's part, which
/// varies by far less.
/// </summary>
public static class SweepCurve
{
    private const double Small = 12;
    private const double Heading = 15;
    private const double Height = 150;

    /// <summary>Values that span more than this are drawn on a logarithmic axis, if all of them can be.</summary>
    private const double LinearSpan = 16;

    /// <returns>Null unless three values were measured.</returns>
    public static SvgPicture? Draw(TraceSummary trace, Sweep sweep, double width, string id)
    {
        ImmutableArray<SweptShift> points = SweptShift.Of(sweep);
        if (points.IsEmpty) return null;
        var canvas = new SvgCanvas(id);
        string with = sweep.Others.Length > 0 ? $" with {sweep.Others}" : "";
        string title = VisibleText.Of($"{trace.Header.Scenario}: {sweep.Setting}{with}");
        double y = 6;
        foreach (string line in TextWidth.Wrap(title, width - 16, Heading, bold: true)) canvas.Text(8, y += Heading + 4, line, Heading, bold: true);
        double low = points[0].Value, high = points[^1].Value;
        var across = new Axis(low, high, 76, width - 24, Logarithmic: low > 0 && high / low > LinearSpan);
        string first = $"{sweep.Setting}={Number(low)}";
        var said = new List<string>();
        y = Panel(canvas, across, points, p => p.Whole, $"the whole exit, {trace.Header.Clock.Symbol} more than with {first}", "l-handler", "handler", y, width, said);
        if (points.All(p => p.Userspace is not null)) y = Panel(canvas, across, points, p => p.Userspace!.Value, "of it the VMM (userspace)", "l-userspace", "userspace", y, width, said);
        foreach (double value in Labels(points, across)) canvas.Text(across.At(value), y + 16, Number(value), Small, Anchor.Middle, style: "faint");
        canvas.Text(width - 16, y + 34, VisibleText.Of(sweep.Setting), Small, Anchor.End, style: "faint");
        return canvas.Finish(width, y + 44, title, string.Join("; ", said) + ".");
    }

    /// <returns>Where it ends.</returns>
    private static double Panel(
        SvgCanvas canvas, Axis across, ImmutableArray<SweptShift> points, Func<SweptShift, Estimate> figure, string caption, string line, string group, double y, double width, List<string> said)
    {
        foreach (string text in TextWidth.Wrap(caption, width - 16, Small)) canvas.Text(8, y += Small + 6, text, Small, style: "faint");
        double[] reached = [.. points.Select(figure).SelectMany(e => (double[])[e.Mean, e.Low, e.High]).Where(double.IsFinite)];
        double room = Math.Max((reached.Max() - reached.Min()) * 0.05, 1);
        double top = y + 12, bottom = top + Height;
        var up = new Axis(reached.Min() - room, reached.Max() + room, bottom, top, Logarithmic: false);
        foreach (double tick in up.Ticks(28))
        {
            canvas.Line(across.From, up.At(tick), across.To, up.At(tick), tick == 0 ? "axis" : "grid");
            canvas.Text(across.From - 8, up.At(tick) + 4, Figures.Difference(tick), Small, Anchor.End, style: "faint");
        }
        var path = new StringBuilder();
        foreach (SweptShift point in points)
        {
            Estimate e = figure(point);
            double x = across.At(point.Value);
            path.Append(path.Length == 0 ? 'M' : 'L').Append(SvgPicture.N(x)).Append(' ').Append(SvgPicture.N(up.At(e.Mean)));
            if (double.IsFinite(e.Low) && double.IsFinite(e.High)) canvas.Line(x, up.At(e.Low), x, up.At(e.High), line);
        }
        canvas.Path(path.ToString(), line, 2, "");
        foreach (SweptShift point in points)
        {
            Estimate e = figure(point);
            string value = $"{Number(point.Value)}: {Figures.Shift(e)} ({group})";
            canvas.Rect(across.At(point.Value) - 3, up.At(e.Mean) - 3, 6, 6, canvas.Fill(group), value);
            said.Add(value);
        }
        return bottom;
    }

    /// <summary>The values themselves, as many as have room.</summary>
    private static IEnumerable<double> Labels(ImmutableArray<SweptShift> points, Axis across)
    {
        double last = double.NegativeInfinity;
        foreach (double value in points.Select(p => p.Value))
        {
            double half = TextWidth.Of(Number(value), Small) / 2, x = across.At(value);
            if (x - half < last + 6) continue;
            last = x + half;
            yield return value;
        }
    }

    private static string Number(double value) => value.ToString("#,0.##");
}

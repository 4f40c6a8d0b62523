using System.Globalization;

namespace ExitProf.Reports.Charts;

/// <summary>Waterfalls below each other on one scale: cycles above, microseconds below.</summary>
public static class Waterfall
{
    public const double Wide = 960;
    public const double Narrow = 370;

    private const string PlusMinus = "± half of 99 %";
    private const double Size = 13;
    private const double Small = 12;
    private const double Heading = 15;
    private const double Bar = 15;
    private const double Gap = 14;

    /// <param name="hertz">Of the clock, for the second axis; 0 if unknown or not the same for all panels.</param>
    /// <param name="width">Below 600 the labels stand above the bars instead of beside them.</param>
    /// <param name="id">Unique on the page; letters, digits and dashes.</param>
    public static SvgPicture Draw(IReadOnlyList<WaterfallPanel> panels, long hertz, double width, string id)
    {
        var canvas = new SvgCanvas(id);
        var drawing = new Drawing(canvas, panels, hertz, width);
        double y = 6;
        for (int i = 0; i < panels.Count; i++) y = drawing.Panel(panels[i], y, first: i == 0);
        y = drawing.Bottom(y);
        string description = string.Join(" ", panels.Select(p => $"{p.Title}. {p.Subtitle}. " + string.Join("; ", p.Rows.Select(r => $"{r.Label} {r.Value}")) + "."));
        return canvas.Finish(width, y, "Waterfall of the stages: " + string.Join("; ", panels.Select(p => p.Title)), description);
    }

    private sealed class Drawing
    {
        private readonly SvgCanvas canvas;
        private readonly IReadOnlyList<WaterfallPanel> panels;
        private readonly long hertz;
        private readonly double width;
        private readonly bool narrow;
        private readonly double labels;
        private readonly double values;
        private readonly double shares;
        private readonly Axis axis;
        private readonly IReadOnlyList<double> ticks;

        public Drawing(SvgCanvas canvas, IReadOnlyList<WaterfallPanel> panels, long hertz, double width)
        {
            (this.canvas, this.panels, this.hertz, this.width) = (canvas, panels, hertz, width);
            narrow = width < 600;
            var rows = panels.SelectMany(p => p.Rows).ToList();
            double Widest(Func<WaterfallRow, IEnumerable<string>> texts) => rows.SelectMany(texts).Select(t => TextWidth.Of(t, Size, bold: true)).DefaultIfEmpty(0).Max();
            labels = narrow ? 0 : Widest(r => VisibleText.Fold(r.Label, 24)) + Gap;
            shares = narrow ? 0 : Math.Max(Widest(r => [r.Share]), TextWidth.Of("share", Small));
            values = narrow ? 0 : Math.Max(Widest(r => [r.Value]), TextWidth.Of(PlusMinus, Small));
            double right = panels.Select(p => p.Right).DefaultIfEmpty(1).Max();
            double left = Math.Min(0, rows.Select(r => Math.Min(r.Start, r.End)).DefaultIfEmpty(0).Min());
            double end = narrow ? width - 8 : width - 8 - shares - values - 2 * Gap - 10;
            axis = new Axis(left, Math.Max(right * 1.01, 1), 8 + labels, end, Logarithmic: false);
            ticks = axis.Ticks(TextWidth.Of(Figures.Cycles(right) + "00", Small) + Gap);
        }

        public double Panel(WaterfallPanel panel, double y, bool first)
        {
            foreach (string line in TextWidth.Wrap(panel.Title, width - 16, Heading, bold: true)) canvas.Text(8, y += Heading + 4, line, Heading, bold: true);
            foreach (string line in TextWidth.Wrap(panel.Subtitle, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");
            y += 8;
            if (first || !narrow) y = Top(y, first);
            double top = y;
            double bottom = y + panel.Rows.Sum(Height) + 4;
            if (!narrow) Grid(top, bottom);
            bool beyond = false;
            foreach (WaterfallRow row in panel.Rows)
            {
                if (!row.IsStage && !beyond) canvas.Line(8, y + 1, width - 8, y + 1, "grid");
                beyond |= !row.IsStage;
                Row(row, y);
                y += Height(row);
            }
            return bottom + 10;
        }

        /// <summary>The axis of microseconds and the legend.</summary>
        public double Bottom(double y)
        {
            y -= 10;
            canvas.Line(axis.From, y, axis.To, y, "axis");
            if (hertz > 0) y = TimeAxis(y);
            y += 26;
            var legend = new Legend(canvas, 8, width - 8, Small);
            legend.Start(y);
            var used = panels.SelectMany(p => p.Rows).Where(r => r.IsStage && r.HasBar).Select(r => r.Fill).ToHashSet();
            var groups = used.OrderBy(g => Palette.Groups.ToList().FindIndex(i => i.Name == g.Split('+')[0])).ThenBy(g => g.Length);
            foreach (string group in groups) legend.Add(group.Replace("+", " + ", StringComparison.Ordinal) + (group.Contains('+', StringComparison.Ordinal) ? " (merged)" : ""), (x, b) => canvas.Rect(x, b - 10, 18, 11, canvas.Fill(group)));
            if (panels.SelectMany(p => p.Rows).Any(r => r.Probe > 0)) legend.Add("probes, taken off", (x, b) => canvas.Rect(x, b - 10, 18, 11, canvas.Hatch()));
            if (panels.SelectMany(p => p.Rows).Any(r => r.Value.StartsWith('≤'))) legend.Add("upper bound", (x, b) => canvas.Text(x + 4, b, "≤", Small, style: "faint"));
            if (panels.SelectMany(p => p.Rows).Any(r => r.Value == Figures.Absent)) legend.Add("not there, or not measured", (x, b) => canvas.Text(x, b, Figures.Absent, Small, style: "faint"));
            return legend.Y + 12;
        }

        private double Top(double y, bool first)
        {
            y += Small;
            if (narrow)
            {
                canvas.Text(8, y, hertz > 0 ? $"{panels[0].Unit} (above), µs (below)" : panels[0].Unit, Small, style: "faint");
                y += Small + 5;
            }
            else
            {
                canvas.Text(axis.From - Gap, y, panels[0].Unit, Small, Anchor.End, style: "faint");
                if (first)
                {
                    var rows = panels.SelectMany(p => p.Rows).ToList();
                    if (rows.Any(r => r.Value.Contains('±', StringComparison.Ordinal))) canvas.Text(width - 8 - shares - Gap, y, PlusMinus, Small, Anchor.End, style: "faint");
                    if (rows.Any(r => r.Share.Length > 0)) canvas.Text(width - 8, y, "share", Small, Anchor.End, style: "faint");
                }
            }
            Labels(y, ticks, t => t, Figures.Cycles);
            canvas.Line(axis.From, y + 5, axis.To, y + 5, "axis");
            return y + 5;
        }

        private double TimeAxis(double y)
        {
            double perMicrosecond = hertz / 1e6;
            var times = new Axis(axis.Low / perMicrosecond, axis.High / perMicrosecond, axis.From, axis.To, Logarithmic: false);
            var marks = times.Ticks(58);
            foreach (double mark in marks) canvas.Line(times.At(mark), y, times.At(mark), y + 4, "axis");
            if (!narrow) canvas.Text(axis.From - Gap, y + 17, "µs", Small, Anchor.End, style: "faint");
            Labels(y + 17, marks, t => t * perMicrosecond, t => Math.Round(t, 6).ToString("#,0.######", CultureInfo.InvariantCulture));
            return y + 17;
        }

        private void Labels(double y, IReadOnlyList<double> marks, Func<double, double> cycles, Func<double, string> text)
        {
            foreach (double mark in marks)
            {
                double half = TextWidth.Of(text(mark), Small) / 2;
                double x = Math.Clamp(axis.At(cycles(mark)), (narrow ? 4 : axis.From - Gap + 4) + half, axis.To + (narrow ? 4 : Gap - 4) - half);
                canvas.Text(x, y, text(mark), Small, Anchor.Middle, style: "faint");
            }
        }

        private double Height(WaterfallRow row)
        {
            if (narrow) return LabelLines(row).Count * (Size + 3) + (row.HasBar ? Bar + 9 : 6);
            return Math.Max(Bar + 8, VisibleText.Fold(row.Label, 24).Count * (Size + 2) + 8);
        }

        /// <summary>In a narrow chart the name stands left and the figures right, on one line if both fit.</summary>
        private List<string> LabelLines(WaterfallRow row)
        {
            var lines = VisibleText.Fold(row.Label, 34).ToList();
            double room = width - 16 - TextWidth.Of(Figure(row), Size) - Gap;
            if (TextWidth.Of(lines[^1], Size, bold: true) > room) lines.Add("");
            return lines;
        }

        private static string Figure(WaterfallRow row) => row.Share.Length > 0 ? $"{row.Value} · {row.Share}" : row.Value;

        private void Row(WaterfallRow row, double y)
        {
            bool strong = row.Fill == "total";
            string style = row.HasBar ? "ink" : "faint";
            double bar = y + 4;
            if (narrow)
            {
                foreach (string line in LabelLines(row))
                {
                    y += Size + 3;
                    if (line.Length > 0) canvas.Text(8, y, line, Size, bold: strong, style: style);
                }
                canvas.Text(width - 8, y, Figure(row), Size, Anchor.End, style: style);
                bar = y + 4;
            }
            else
            {
                double middle = y + Height(row) / 2;
                var lines = VisibleText.Fold(row.Label, 24);
                double text = middle - (lines.Count - 1) * (Size + 2) / 2 + Size * 0.36;
                for (int i = 0; i < lines.Count; i++) canvas.Text(axis.From - Gap, text + i * (Size + 2), lines[i], Size, Anchor.End, strong, style);
                canvas.Text(width - 8 - shares - Gap, middle + Size * 0.36, row.Value, Size, Anchor.End, strong, style);
                if (row.Share.Length > 0) canvas.Text(width - 8, middle + Size * 0.36, row.Share, Size, Anchor.End, strong, style);
                bar = middle - Bar / 2;
            }
            if (!row.HasBar) return;
            // In a narrow chart text stands between the bars, and a line through it would make it hard to read.
            if (narrow) Grid(bar - 1, bar + Bar + 2);
            DrawBar(row, bar);
        }

        private void Grid(double top, double bottom)
        {
            foreach (double tick in ticks) canvas.Line(axis.At(tick), top, axis.At(tick), bottom, "grid");
        }

        private void DrawBar(WaterfallRow row, double y)
        {
            double start = axis.At(Math.Min(row.Start, row.End));
            double end = axis.At(Math.Max(row.Start, row.End));
            canvas.Rect(start, y, end - start, Bar, canvas.Fill(row.Fill), row.Tooltip);
            if (row.Probe > 0) canvas.Rect(end, y + 2, axis.At(Math.Max(row.Start, row.End) + row.Probe) - end, Bar - 4, canvas.Hatch(), row.Tooltip);
            if (!narrow && (row.IsStage || row.Fill == "residual"))
            {
                double at = axis.At(row.End);
                canvas.Line(at, y + Bar, at, y + Bar + 8, "link");
            }
            if (!double.IsFinite(row.Interval.Low) || !double.IsFinite(row.Interval.High)) return;
            double middle = y + Bar / 2;
            (double low, double high) = (axis.At(row.Interval.Low), axis.At(row.Interval.High));
            canvas.Line(low, middle, high, middle, "whisker");
            canvas.Line(low, middle - 5, low, middle + 5, "whisker");
            canvas.Line(high, middle - 5, high, middle + 5, "whisker");
        }
    }
}

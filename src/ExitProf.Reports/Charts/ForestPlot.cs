using ExitProf.Analysis;

namespace ExitProf.Reports.Charts;

/// <summary>A line of a forest plot.</summary>
/// <param name="Shift">The interval that is held against 0.</param>
/// <param name="Equivalence">The one that is held against the margin.</param>
/// <param name="Margin">On either side of 0; NaN for none.</param>
/// <param name="Value">The shift and its verdict in words.</param>
public sealed record ForestRow(string Label, Interval Shift, Interval Equivalence, double Margin, Verdict Verdict, string Value, bool Strong);

/// <summary>
/// Shifts with their intervals below each other on one scale: thin the interval that is held against 0, thick the one that is held against the margin,
/// which is the band behind both.
/// </summary>
public static class ForestPlot
{
    private const double Size = 13;
    private const double Small = 12;
    private const double Heading = 15;
    private const double Gap = 14;

    /// <param name="unit">Of the axis.</param>
    /// <param name="number">Writes a label of the axis.</param>
    /// <param name="width">Below 600 the labels stand above the intervals instead of beside them.</param>
    /// <returns>Null if no row has a shift.</returns>
    public static SvgPicture? Draw(string title, string subtitle, string unit, IReadOnlyList<ForestRow> rows, Func<double, string> number, double width, string id)
    {
        if (!rows.Any(r => double.IsFinite(r.Shift.Value))) return null;
        bool narrow = width < 600;
        var canvas = new SvgCanvas(id);
        double y = 6;
        foreach (string line in TextWidth.Wrap(title, width - 16, Heading, bold: true)) canvas.Text(8, y += Heading + 4, line, Heading, bold: true);
        foreach (string line in TextWidth.Wrap(subtitle, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");
        y += 14;

        double labels = narrow ? 0 : rows.SelectMany(r => VisibleText.Fold(r.Label, 24)).Max(t => TextWidth.Of(t, Size, bold: true)) + Gap;
        double values = narrow ? 0 : rows.Max(r => TextWidth.Of(r.Value, Size, bold: true)) + Gap;
        double reach = rows.SelectMany(r => (double[])[r.Shift.Value, r.Shift.Low, r.Shift.High, r.Equivalence.Low, r.Equivalence.High, r.Margin]).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        reach = Math.Max(reach * 1.05, 1e-9);
        var axis = new Axis(-reach, reach, 8 + labels, width - 8 - values, Logarithmic: false);
        double wide = Math.Max(TextWidth.Of(number(-reach), Small), TextWidth.Of(number(reach), Small)) + Gap;

        double top = y;
        foreach (ForestRow row in rows)
        {
            double height = Height(row, narrow);
            Row(canvas, axis, row, y, height, width, narrow);
            y += height;
        }
        // In a narrow chart text stands between the marks, and a line through it would make it hard to read.
        if (!narrow) canvas.Line(axis.At(0), top, axis.At(0), y, "axis");
        canvas.Line(axis.From, y, axis.To, y, "axis");
        foreach (double tick in axis.Ticks(wide))
        {
            canvas.Line(axis.At(tick), y, axis.At(tick), y + 4, "axis");
            double half = TextWidth.Of(number(tick), Small) / 2;
            canvas.Text(Math.Clamp(axis.At(tick), 4 + half, width - 4 - half), y + 18, number(tick), Small, Anchor.Middle, style: "faint");
        }
        canvas.Text(axis.To, y + 34, unit, Small, Anchor.End, style: "faint");
        var legend = new Legend(canvas, 8, width - 8, Small);
        legend.Start(y + 54);
        legend.Add("against 0", (x, b) => canvas.Line(x, b - 4, x + 18, b - 4, "whisker"));
        legend.Add("against the margin", (x, b) => canvas.Rect(x, b - 7, 18, 6, "class=\"bar f-total\""));
        if (rows.Any(r => double.IsFinite(r.Margin))) legend.Add("margin", (x, b) => canvas.Rect(x, b - 10, 18, 11, "class=\"f-traced\""));
        foreach (Verdict verdict in rows.Select(r => r.Verdict).Distinct().OrderBy(v => v)) legend.Add(verdict.Words(), (x, b) => canvas.Rect(x + 4, b - 9, 9, 9, Fill(verdict)));
        return canvas.Finish(width, legend.Y + 12, title, string.Join("; ", rows.Select(r => $"{r.Label} {r.Value}")) + ".");
    }

    private static double Height(ForestRow row, bool narrow) =>
        narrow ? VisibleText.Fold(row.Label, 34).Count * (Size + 3) + (Size + 3) + 26 : Math.Max(30, VisibleText.Fold(row.Label, 24).Count * (Size + 2) + 10);

    private static void Row(SvgCanvas canvas, Axis axis, ForestRow row, double y, double height, double width, bool narrow)
    {
        double middle = y + height / 2;
        if (narrow)
        {
            foreach (string line in VisibleText.Fold(row.Label, 34)) canvas.Text(8, y += Size + 3, TextWidth.Fit(line, width - 16, Size, row.Strong), Size, bold: row.Strong);
            canvas.Text(8, y += Size + 3, TextWidth.Fit(row.Value, width - 16, Size), Size, style: "faint");
            middle = y + 14;
        }
        else
        {
            var lines = VisibleText.Fold(row.Label, 24);
            double text = middle - (lines.Count - 1) * (Size + 2) / 2 + Size * 0.36;
            for (int i = 0; i < lines.Count; i++) canvas.Text(axis.From - Gap, text + i * (Size + 2), lines[i], Size, Anchor.End, row.Strong);
            canvas.Text(width - 8, middle + Size * 0.36, row.Value, Size, Anchor.End, row.Strong);
        }
        if (double.IsFinite(row.Margin)) canvas.Rect(axis.At(-row.Margin), middle - 10, axis.At(row.Margin) - axis.At(-row.Margin), 20, "class=\"f-traced\"", $"margin of {row.Label}");
        if (narrow) canvas.Line(axis.At(0), middle - 10, axis.At(0), middle + 10, "axis");
        if (row.Shift.Exists)
        {
            (double low, double high) = (axis.At(row.Shift.Low), axis.At(row.Shift.High));
            canvas.Line(low, middle, high, middle, "whisker");
            canvas.Line(low, middle - 5, low, middle + 5, "whisker");
            canvas.Line(high, middle - 5, high, middle + 5, "whisker");
        }
        if (row.Equivalence.Exists) canvas.Rect(axis.At(row.Equivalence.Low), middle - 3, axis.At(row.Equivalence.High) - axis.At(row.Equivalence.Low), 6, "class=\"bar f-total\"");
        if (double.IsFinite(row.Shift.Value)) canvas.Rect(axis.At(row.Shift.Value) - 4.5, middle - 4.5, 9, 9, Fill(row.Verdict), $"{row.Label}: {row.Value}");
    }

    /// <summary>Colours that colour-blind people can tell apart; the words beside them say the same.</summary>
    private static string Fill(Verdict verdict) => verdict switch
    {
        Verdict.Worse => "class=\"bar f-userspace\"",
        Verdict.Better => "class=\"bar f-handler\"",
        Verdict.Same => "class=\"bar f-reentry\"",
        _ => "class=\"bar f-residual\"",
    };
}

namespace ExitProf.Reports.Charts;

/// <summary>Samples with their names, from left to right and on as many lines as they need.</summary>
internal sealed class Legend(SvgCanvas canvas, double left, double right, double size)
{
    private const double Sample = 18;
    private double? next;

    /// <summary>The base line of the current line.</summary>
    public double Y { get; private set; }

    public void Start(double y) => Y = y;

    /// <param name="draw">Draws the sample: its left edge and the base line are given, it may be 18 wide and 11 high.</param>
    public void Add(string text, Action<double, double> draw)
    {
        string fitted = TextWidth.Fit(text, right - left - Sample - 6, size);
        double x = next ?? left;
        double width = Sample + 6 + TextWidth.Of(fitted, size);
        if (x > left && x + width > right)
        {
            x = left;
            Y += size + 9;
        }
        draw(x, Y);
        canvas.Text(x + Sample + 6, Y, fitted, size, style: "faint");
        next = x + width + 18;
    }
}

using ScottPlot;

namespace ExitProf.Charts;

/// <summary>The corners of a curve that somebody can see: without the others it stays where it is, to a quarter of a pixel.</summary>
internal static class Corners
{
    private const float Unseen = 0.25f;

    /// <param name="points">The curve, in the units of the axes.</param>
    public static List<Coordinates> Of(Sheet sheet, IReadOnlyList<Coordinates> points)
    {
        if (points.Count < 3) return [.. points];
        Pixel[] places = [.. points.Select(p => new Pixel(sheet.X(p.X), sheet.Y(p.Y)))];
        var kept = new bool[points.Count];
        kept[0] = kept[^1] = true;
        var open = new Stack<(int From, int To)>([(0, points.Count - 1)]);
        while (open.TryPop(out (int From, int To) part))
        {
            if (Farthest(places, part.From, part.To) is not { } corner) continue;
            kept[corner] = true;
            open.Push((part.From, corner));
            open.Push((corner, part.To));
        }
        return [.. points.Where((_, i) => kept[i])];
    }

    /// <returns>The point between the two that is farthest from the line through them; null if nobody sees that it is off it.</returns>
    private static int? Farthest(Pixel[] places, int from, int to)
    {
        (float dx, float dy) = (places[to].X - places[from].X, places[to].Y - places[from].Y);
        float length = MathF.Sqrt(dx * dx + dy * dy), most = Unseen;
        int? farthest = null;
        for (int i = from + 1; i < to; i++)
        {
            (float x, float y) = (places[i].X - places[from].X, places[i].Y - places[from].Y);
            float off = length < Unseen ? MathF.Sqrt(x * x + y * y) : MathF.Abs(x * dy - y * dx) / length;
            if (off <= most) continue;
            (most, farthest) = (off, i);
        }
        return farthest;
    }
}

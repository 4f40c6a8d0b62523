using System.Text;

namespace ExitProf.Reports.Charts;

/// <summary>
/// How wide a text is at most, so that nothing overlaps without asking a renderer. The figures are those of DejaVu Sans, the widest of the common
/// sans-serif fonts and the one that Debian's packages bring: any other font leaves more room, never less.
/// </summary>
public static class TextWidth
{
    /// <summary>Advance widths of U+0020 to U+007E in thousandths of the font size.</summary>
    private static readonly short[] Book =
    [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
        1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
        500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    ];

    /// <summary>A bold letter is at most so much wider than a book one.</summary>
    private const double Bold = 1.24;

    /// <summary>CJK and everything else beyond the table: a full em and a little.</summary>
    private const double Other = 1.12;

    public static double Of(string text, double size, bool bold = false)
    {
        double em = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            em += rune.Value switch
            {
                >= ' ' and <= '~' => Book[rune.Value - ' '] / 1000.0,
                0xB7 => 0.38,
                0xB1 or 0x2212 or 0x2264 or 0x2192 => 0.838,
                0xB5 => 0.74,
                _ => Other,
            };
        }
        return em * size * (bold ? Bold : 1);
    }

    /// <summary>The text, or as much of its beginning as fits, with an ellipsis.</summary>
    public static string Fit(string text, double width, double size, bool bold = false)
    {
        if (Of(text, size, bold) <= width) return text;
        var kept = new StringBuilder();
        double room = width - Of("…", size, bold);
        foreach (Rune rune in text.EnumerateRunes())
        {
            room -= Of(rune.ToString(), size, bold);
            if (room < 0) break;
            kept.Append(rune.ToString());
        }
        return kept.ToString().TrimEnd() + "…";
    }

    /// <summary>Lines of at most this width, broken at spaces; a word that is wider than a line is cut with an ellipsis.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size, bool bold = false)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Of(longer, size, bold) > width)
            {
                lines.Add(line);
                longer = word;
            }
            line = Fit(longer, width, size, bold);
        }
        if (line.Length > 0) lines.Add(line);
        return lines;
    }
}

using System.Text;
using ScottPlot;
using SkiaSharp;

namespace ExitProf.Charts;

/// <summary>
/// The fonts of pictures and pages: files embedded in this assembly, so that a machine without any font draws the same bytes. What is not
/// in them is drawn as U+FFFD, never left out.
/// </summary>
public static class Typefaces
{
    /// <summary>A name that no font of a system has: ScottPlot must not find another one.</summary>
    internal const string Family = "ExitProf Open Sans";

    private const char Replacement = '\uFFFD';

    private static readonly SKTypeface Regular = Load("OpenSans-Regular.ttf");
    private static readonly SKTypeface Bold = Load("OpenSans-Semibold.ttf");

    static Typefaces()
    {
        // The list is ScottPlot's, for the whole process; the resolvers that it begins with would look at the machine's fonts first.
        Fonts.FontResolvers.Clear();
        Fonts.FontResolvers.Add(new EmbeddedFonts());
        Fonts.Default = Family;
    }

    /// <summary>The rules of a page that has the same fonts as its pictures.</summary>
    public static string Css { get; } = Rule("OpenSans-Regular.woff2", 400) + Rule("OpenSans-Semibold.woff2", 600);

    /// <summary>Whether a picture can show the character.</summary>
    public static bool Has(Rune character) => Regular.ContainsGlyph(character.Value) && Bold.ContainsGlyph(character.Value);

    /// <summary>The text as a picture can show it.</summary>
    internal static string Drawable(string text)
    {
        var drawable = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                // As a page shows it: one space for several, none at the ends.
                if (drawable.Length > 0 && drawable[^1] != ' ') drawable.Append(' ');
            }
            else if (Has(rune)) drawable.Append(rune.ToString());
            else drawable.Append(Replacement);
        }
        return drawable.ToString().TrimEnd();
    }

    /// <summary>How wide a picture draws the text, in pixels.</summary>
    public static float Measure(string text, float size, bool bold) => Width(text, size, bold);

    internal static float Width(string text, float size, bool bold)
    {
        using Paint paint = Paint.NewDisposablePaint();
        paint.SKTypeface = bold ? Bold : Regular;
        paint.TextSize = size;
        return paint.MeasureText(text).Width;
    }

    /// <summary>The text, or as much of its beginning as fits, with an ellipsis.</summary>
    internal static string Fit(string text, float width, float size, bool bold = false)
    {
        // No line has room for more, and measuring ten thousand letters again and again takes seconds.
        const int Most = 300;
        if (text.Length <= Most && Width(text, size, bold) <= width) return text;
        (int fits, int over) = (0, Math.Min(text.Length, Most) + 1);
        while (over - fits > 1)
        {
            int middle = (fits + over) / 2;
            if (Width(text[..middle] + "…", size, bold) <= width) fits = middle;
            else over = middle;
        }
        return text[..fits].TrimEnd() + "…";
    }

    /// <summary>Lines of at most this width, broken at spaces; a word that is wider than a line is cut with an ellipsis.</summary>
    internal static List<string> Wrap(string text, float width, float size, bool bold = false)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && (longer.Length > 300 || Width(longer, size, bold) > width))
            {
                lines.Add(line);
                longer = word;
            }
            line = Fit(longer, width, size, bold);
        }
        if (line.Length > 0) lines.Add(line);
        return lines;
    }

    /// <summary>Sees to it that the fonts are ours before anything is drawn or measured.</summary>
    internal static void Use() => _ = Regular;

    private static Stream Open(string file) =>
        typeof(Typefaces).Assembly.GetManifestResourceStream(file)
        ?? throw new InvalidOperationException($"{file} is not in the assembly.");

    private static SKTypeface Load(string file)
    {
        using Stream stream = Open(file);
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"{file} is no font.");
    }

    private static string Rule(string file, int weight)
    {
        using Stream stream = Open(file);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return $"@font-face{{font-family:\"{Family}\";font-weight:{weight};src:url(data:font/woff2;base64,{Convert.ToBase64String(bytes)})}}";
    }

    private sealed class EmbeddedFonts : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            weight >= FontWeight.SemiBold ? Bold : Regular;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => bold ? Bold : Regular;
    }
}

namespace ExitProf.Tests.Architecture;

/// <summary>
/// The text of one C# file, as far as the width of its lines asks for it: which characters are the text of a string literal. The holes of
/// an interpolated string are code.
/// </summary>
internal sealed class SourceText
{
    private const int None = -1;

    private readonly string text;

    /// <summary>The number of the literal that each character is text of.</summary>
    private readonly int[] literal;

    /// <summary>The literals that are raw: three quotes or more.</summary>
    private readonly HashSet<int> raw = [];
    private int literals;

    public SourceText(string text)
    {
        this.text = text;
        literal = new int[text.Length];
        Array.Fill(literal, None);
        Code(0, inHole: false);
    }

    /// <summary>
    /// Lines that are too long though the text of their longest literal is not counted, each with its number and what is left of its width.
    /// A line within a raw literal is as long as what it stands for.
    /// </summary>
    public IEnumerable<(int Number, int Columns)> LinesOver(int columns)
    {
        int start = 0;
        foreach ((int i, string line) in text.Split('\n').Index())
        {
            int[] own = literal[start..(start + line.Length)];
            int longest = own.Where(n => n != None).GroupBy(n => n).Select(g => g.Count()).DefaultIfEmpty(0).Max();
            bool isRaw = own.Length > 0 && own.All(n => n == own[0]) && raw.Contains(own[0]);
            if (line.Length - longest > columns && !isRaw) yield return (i + 1, line.Length - longest);
            start += line.Length + 1;
        }
    }

    /// <summary>Passes over code up to the end of the file, or up to the brace that ends a hole.</summary>
    private int Code(int at, bool inHole)
    {
        for (int depth = 0; at < text.Length;)
        {
            char c = text[at];
            if (Starts(at, "//")) at = After(at, "\n");
            else if (Starts(at, "/*")) at = After(at + 2, "*/");
            else if (c == '\'') at = AfterCharacter(at);
            else if (LiteralAt(at) is var quote and > 0) at = Literal(at, quote);
            else if (inHole && depth == 0 && c == '}') return at;
            else
            {
                depth += "([{".Contains(c, StringComparison.Ordinal) ? 1 : ")]}".Contains(c, StringComparison.Ordinal) ? -1 : 0;
                at++;
            }
        }
        return text.Length;
    }

    /// <returns>Where its first quote is; 0 if no literal begins here.</returns>
    private int LiteralAt(int at)
    {
        int quote = at;
        while (quote < text.Length && text[quote] is '$' or '@') quote++;
        return quote < text.Length && text[quote] == '"' ? Math.Max(quote, 1) : 0;
    }

    private int Literal(int at, int quote)
    {
        int own = literals++, dollars = text[at..quote].Count(c => c == '$');
        bool verbatim = text[at..quote].Contains('@', StringComparison.Ordinal);
        int quotes = text.Skip(quote).TakeWhile(c => c == '"').Count();
        if (quotes == 2) return quote + 2;
        string end = new('"', quotes), hole = new('{', Math.Max(dollars, 1));
        bool isRaw = quotes > 2;
        if (isRaw) raw.Add(own);
        at = quote + quotes;
        while (at < text.Length && !(Starts(at, end) && !(verbatim && Starts(at, "\"\""))))
        {
            bool opens = dollars > 0 && Starts(at, hole);
            if (opens && !Starts(at, hole + "{")) at = Code(at + dollars, inHole: true) + dollars;
            else
            {
                // An escape is two characters: a quote that is escaped ends nothing, a doubled brace opens nothing.
                bool pair = !isRaw && (opens || text[at] == '\\' && !verbatim || verbatim && Starts(at, "\"\""));
                for (int i = pair ? 2 : 1; i > 0 && at < text.Length; i--) literal[at++] = own;
            }
        }
        return Math.Min(at + quotes, text.Length);
    }

    private int AfterCharacter(int at)
    {
        at++;
        while (at < text.Length && text[at] is not ('\'' or '\n')) at += text[at] == '\\' ? 2 : 1;
        return at + 1;
    }

    private bool Starts(int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private int After(int at, string what) =>
        text.IndexOf(what, at, StringComparison.Ordinal) is >= 0 and var end ? end + what.Length : text.Length;
}

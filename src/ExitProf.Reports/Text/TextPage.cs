using System.Text;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>
/// Lines for a terminal or a pipe: sentences are broken between words, nothing else is broken, and no line ends in spaces.
/// </summary>
/// <remarks>
/// Spectre.Console writes the colours. Where there are none it is not asked: for a thousand traces it takes longer than all the rest. It
/// folds nothing: it would fold a name letter by letter, and never ends where a wide character meets a column of one letter.
/// </remarks>
public sealed class TextPage
{
    /// <summary>Event names of the longest step next to five columns of figures fit into this many columns.</summary>
    public const int DefaultWidth = 120;

    /// <summary>Longer than any line, so that nothing is ever folded.</summary>
    private const int NeverFolded = 100_000_000;

    private static readonly string[] Between = ["±", "=", "→"];

    private readonly StringBuilder drawn;

    /// <summary>Null without colours.</summary>
    private readonly IAnsiConsole? console;

    /// <summary>At the beginning no empty line is wanted either.</summary>
    private bool blank = true;

    private TextPage(StringBuilder drawn, IAnsiConsole? console, int width)
    {
        (this.drawn, this.console) = (drawn, console);
        Width = width;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <param name="width">Columns. Only a word that is longer makes a longer line.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, int width, bool colour, Action<TextPage> draw)
    {
        var drawn = new StringBuilder();
        draw(new TextPage(drawn, colour ? Coloured(new StringWriter(drawn)) : null, width));
        foreach (string line in drawn.ToString().Split('\n')[..^1]) writer.Write(LogCommand.Disarmed(line.TrimEnd(' ', '\r')) + "\n");
    }

    private static IAnsiConsole Coloured(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            // The environment of the reader must not change what is written.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = NeverFolded;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>An empty line, unless one stands there already.</summary>
    public void Blank()
    {
        if (!blank) Put("\n", Style.Plain);
        blank = true;
    }

    /// <summary>
    /// A sentence, in as many lines as it needs; those behind the first are as far from the left as the first, and
    /// <paramref name="hanging"/> more.
    /// </summary>
    public void Line(string text, Style? style = null, int hanging = 0)
    {
        foreach (string line in Broken(VisibleText.Of(text), Width, hanging)) Segments([(line, style ?? Style.Plain)]);
    }

    /// <summary>A name in a column of its own and a sentence beside it; on a narrow page the sentence stands below.</summary>
    /// <param name="column">Where the sentence begins.</param>
    public void Entry(string name, int column, string text, Style? style = null)
    {
        name = VisibleText.Of(name);
        int room = Width - column;
        int wide = TerminalWidth.Of(name);
        if (room < 2 * column || wide >= column)
        {
            if (wide > 0) Segments([("  " + name, style ?? Style.Plain)]);
            Line("    " + text);
            return;
        }
        foreach (string line in Broken(VisibleText.Of(text), room - 2))
        {
            Segments([("  " + name + new string(' ', column - TerminalWidth.Of(name)), style ?? Style.Plain), (line, Style.Plain)]);
            name = "";
        }
    }

    /// <summary>One line, as it is.</summary>
    public void Segments(IEnumerable<(string Text, Style Style)> segments)
    {
        foreach ((string text, Style style) in segments) Put(text, style);
        Put("\n", Style.Plain);
        blank = false;
    }

    private void Put(string text, Style style)
    {
        if (console is null) drawn.Append(text);
        else console.Write(new Text(text, style));
    }

    /// <summary>
    /// Lines of at most the given number of columns, broken at spaces but for those inside a figure; a longer word has a line of its own.
    /// </summary>
    public static IEnumerable<string> Broken(string text, int width, int hanging = 0)
    {
        string[] words = text.Split(' ');
        int indent = Math.Max(0, Array.FindIndex(words, w => w.Length > 0));
        if (words[indent].Length == 0) words = [""];
        var line = new StringBuilder().Append(' ', indent);
        int columns = indent;
        bool empty = true;
        for (int i = indent; i < words.Length;)
        {
            int next = i + 1;
            while (next < words.Length && BelongTogether(words[next - 1], words[next])) next++;
            string piece = string.Join(' ', words[i..next]);
            i = next;
            int wide = TerminalWidth.Of(piece);
            if (!empty && columns + 1 + wide > width)
            {
                yield return line.ToString();
                line.Clear().Append(' ', indent + hanging);
                (columns, empty) = (indent + hanging, true);
            }
            if (!empty) line.Append(' ');
            line.Append(piece);
            columns += wide + (empty ? 0 : 1);
            empty = false;
        }
        yield return line.ToString();
    }

    /// <summary>A figure is not torn apart: "1,234 ± 56 %".</summary>
    private static bool BelongTogether(string word, string next) =>
        Between.Contains(word) || Between.Contains(next) || next.StartsWith('%');
}

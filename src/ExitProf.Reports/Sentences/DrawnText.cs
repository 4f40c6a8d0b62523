using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>Tables and lines of a report, drawn by Spectre.Console and written without trailing spaces.</summary>
internal static class DrawnText
{
    /// <param name="width">Columns. A table that needs more folds its text.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, int width, bool colour, Action<IAnsiConsole> draw)
    {
        using var drawn = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(drawn),
            // The environment of the reader must not change what is written.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        draw(console);
        foreach (string line in drawn.ToString().Split('\n')[..^1]) writer.Write(line.TrimEnd(' ', '\r') + "\n");
    }

    public static void Line(IAnsiConsole console, string text, Style? style = null)
    {
        console.Write(new Text(VisibleText.Of(text), style ?? Style.Plain));
        console.WriteLine();
    }
}

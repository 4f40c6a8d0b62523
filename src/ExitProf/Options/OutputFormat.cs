using System.CommandLine;
using Spectre.Console;

namespace ExitProf;

/// <summary>The option <c>--format</c>, and the console that text goes to.</summary>
internal static class OutputFormat
{
    private const int PipeColumns = 120;

    /// <param name="formats">The first is the default.</param>
    public static Option<string> Option(params string[] formats)
    {
        var option = new Option<string>("--format") { Description = "The form of the result.", DefaultValueFactory = _ => formats[0] };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    /// <summary>Width of a table on stdout.</summary>
    public static int Columns => System.Console.IsOutputRedirected ? PipeColumns : Math.Max(80, AnsiConsole.Console.Profile.Width);

    /// <summary>Whether stdout takes colours.</summary>
    public static bool Colour => !System.Console.IsOutputRedirected && AnsiConsole.Console.Profile.Capabilities.Ansi;

    /// <summary>stdout: with colours on a terminal, plain and 120 columns wide in a pipe.</summary>
    public static IAnsiConsole Console()
    {
        if (!System.Console.IsOutputRedirected) return AnsiConsole.Console;
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(System.Console.Out),
        });
        plain.Profile.Width = PipeColumns;
        return plain;
    }
}

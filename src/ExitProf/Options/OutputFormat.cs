using System.CommandLine;
using Spectre.Console;

namespace ExitProf;

/// <summary>The option <c>--format</c>, and how wide and how coloured text may be.</summary>
internal static class OutputFormat
{
    private const int PipeColumns = 120;

    /// <summary>Of a terminal that does not know its width.</summary>
    private const int TerminalColumns = 80;

    /// <param name="formats">The first is the default.</param>
    public static Option<string> Option(params string[] formats)
    {
        var option = new Option<string>("--format") { Description = "The form of the result.", DefaultValueFactory = _ => formats[0] };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    /// <summary>Width of stdout: of the terminal; in a pipe what COLUMNS says.</summary>
    public static int Columns => System.Console.IsOutputRedirected ? Asked() ?? PipeColumns : System.Console.WindowWidth is > 0 and var columns ? columns : TerminalColumns;

    /// <summary>Whether stdout takes colours (https://no-color.org).</summary>
    public static bool Colour => !System.Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && AnsiConsole.Console.Profile.Capabilities.Ansi;

    private static int? Asked() => int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0 ? columns : null;
}

using System.CommandLine;
using System.Text;
using Spectre.Console;

namespace ExitProf;

/// <summary>Where a command writes: the writers that it was invoked with, and what they can show.</summary>
internal sealed class CommandConsole
{
    private const int PipeColumns = 120;

    /// <summary>Width of a terminal that does not know it.</summary>
    private const int TerminalColumns = 80;

    private readonly bool isProcess;
    private readonly bool quiet;

    private CommandConsole(TextWriter output, TextWriter error, bool quiet)
    {
        (Out, Error, this.quiet) = (output, error, quiet);
        isProcess = ReferenceEquals(output, Console.Out);
        IsTerminal = isProcess && !Console.IsOutputRedirected;
        ShowsProgress = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && !quiet;
    }

    /// <summary>Takes the result of a command.</summary>
    public TextWriter Out { get; }

    /// <summary>Takes progress, notes and what went wrong.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether the result is read by a person, on a screen.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether a line that is written over is seen as one: not in a pipe, not with --quiet.</summary>
    public bool ShowsProgress { get; }

    /// <summary>Whether long work says step by step how far it is, in lines that a log keeps.</summary>
    public bool SaysSteps => !ShowsProgress && !quiet;

    /// <summary>Width of a table: that of the terminal; in a pipe what COLUMNS says.</summary>
    public int Columns =>
        IsTerminal
            ? Console.WindowWidth is > 0 and var columns
                ? columns
                : TerminalColumns
            : (isProcess ? Asked() : null) ?? PipeColumns;

    /// <summary>Whether colours are shown (https://no-color.org).</summary>
    public bool Colour =>
        IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && AnsiConsole.Console.Profile.Capabilities.Ansi;

    public static CommandConsole Of(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, Verbosity.IsQuiet(parsed));

    /// <summary>Tells on stderr what is good to know; nothing with --quiet.</summary>
    public void Note(string text)
    {
        if (!quiet) Error.WriteLine(text);
    }

    /// <summary>Writes UTF-8, whatever the encoding of the terminal.</summary>
    public void Write(Action<Stream> write)
    {
        if (isProcess)
        {
            using Stream stdout = Console.OpenStandardOutput();
            write(stdout);
            return;
        }
        using var bytes = new MemoryStream();
        write(bytes);
        Out.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private static int? Asked() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0 ? columns : null;
}

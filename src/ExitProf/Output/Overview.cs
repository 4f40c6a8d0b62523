using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ExitProf.Reports;
using Spectre.Console;

namespace ExitProf;

/// <summary>
/// The help of <c>exitprof</c> itself: what it is for, three commands to begin with, and a line for each command, on one screen. The help
/// of a command is that of the library, as wide as the terminal, or in a pipe as COLUMNS says.
/// </summary>
internal sealed class Overview(HelpAction ofCommands) : SynchronousCommandLineAction
{
    private const int Names = 13, Examples = 54;

    private static readonly (string Command, string Does)[] First =
    [
        ("exitprof profile pio-out", "record, print the stage table, make the page"),
        ("exitprof ab icache-hot --a cache=off --b cache=on", "did a change make exits better or worse?"),
        ("exitprof attach --vm NAME", "the exits of a virtual machine that already runs"),
    ];

    /// <summary>Shows it for <c>--help</c>.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Overview((HelpAction)help.Action!);
    }

    /// <summary>Who asks for help need not have given everything else.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var console = CommandConsole.Of(parseResult);
        Command command = parseResult.CommandResult.Command;
        if (command is RootCommand root)
        {
            Write(console.Out, console.Columns, console.Colour, root);
            return 0;
        }
        if (command.Subcommands.Count > 0)
        {
            TextPage.Write(console.Out, console.Columns, console.Colour, page =>
            {
                page.Line(command.Description!);
                page.Blank();
                page.Line($"Usage: exitprof {command.Name} COMMAND [options]. What each takes: exitprof {command.Name} COMMAND --help.");
                page.Blank();
                WriteCommands(page, command);
            });
            return 0;
        }
        ofCommands.MaxWidth = console.Columns;
        return ofCommands.Invoke(parseResult);
    }

    public static void Write(TextWriter writer, int width, bool colour, RootCommand root) => TextPage.Write(writer, width, colour, page =>
    {
        string[] parts = root.Description!.Split("\n\n");
        page.Line(parts[0]);
        page.Blank();
        foreach ((string command, string does) in First)
        {
            if (width < Examples + does.Length) page.Line($"  {command}");
            else page.Segments([("  " + command.PadRight(Examples - 2) + does, Style.Plain)]);
        }
        page.Blank();
        page.Line("Usage: exitprof COMMAND [options]. What a command takes, with examples: exitprof COMMAND --help.");
        page.Blank();
        WriteCommands(page, root);
        page.Blank();
        foreach (Option option in root.Options.Where(o => !o.Hidden)) page.Entry(option.Name, Names, FirstSentence(option.Description!));
        page.Blank();
        foreach (string part in parts[1..]) page.Line(part);
    });

    private static void WriteCommands(TextPage page, Command command)
    {
        foreach (Command below in command.Subcommands.Where(c => !c.Hidden))
            page.Entry(below.Name, Names, FirstSentence(below.Description!));
    }

    private static string FirstSentence(string text)
    {
        string line = text.Split('\n')[0];
        int end = line.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? line : line[..(end + 1)];
    }
}

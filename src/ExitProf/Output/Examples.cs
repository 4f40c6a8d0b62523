using System.CommandLine;

namespace ExitProf;

/// <summary>
/// The examples in the help of a command. They work as typed: those that read a trace read what the examples of <c>profile</c>,
/// <c>record</c> and <c>ab</c> have written.
/// </summary>
internal static class Examples
{
    public const string Heading = "Examples:";

    /// <summary>
    /// The longest that stands on one line of 80 columns, so that it can be copied: the library indents it by two columns, and this class
    /// by two more.
    /// </summary>
    public const int MostColumns = 76;

    /// <param name="lines">Commands for a shell, which begin with exitprof or pipe into it.</param>
    public static Command WithExamples(this Command command, params ReadOnlySpan<string> lines)
    {
        command.Description += $"\n\n{Heading}";
        foreach (string line in lines) command.Description += "\n  " + line;
        return command;
    }
}

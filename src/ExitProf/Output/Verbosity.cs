using System.CommandLine;

namespace ExitProf;

/// <summary>The options <c>--quiet</c> and <c>--verbose</c> of every command.</summary>
internal static class Verbosity
{
    private const string Quiet = "--quiet";
    private const string Verbose = "--verbose";

    public static Option[] Options() =>
        [
            new Option<bool>(Quiet, "-q")
            {
                Description = "Write no progress and no notes to stderr; only what went wrong.",
                Recursive = true,
            },
            new Option<bool>(Verbose, "-v")
            {
                Description = "Say on stderr how long the command took, and where an error comes from.",
                Recursive = true,
            },
        ];

    public static bool IsQuiet(ParseResult parsed) => Given(parsed, Quiet);

    public static bool IsVerbose(ParseResult parsed) => Given(parsed, Verbose);

    private static bool Given(ParseResult parsed, string name) =>
        parsed.RootCommandResult.Command.Options.FirstOrDefault(o => o.Name == name) is Option<bool> option && parsed.GetValue(option);
}

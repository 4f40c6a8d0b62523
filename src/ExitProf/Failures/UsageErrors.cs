using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>Says what is wrong with a command line, and what a mistyped word probably meant.</summary>
internal static partial class UsageErrors
{
    /// <summary>One sentence per mistake; of a command or an option that does not exist only that.</summary>
    public static IReadOnlyList<string> Sentences(RootCommand root, ParseResult parsed)
    {
        string[] unset = [.. EmptyNames(parsed), .. WrongDirectives(parsed)];
        if (unset.Length > 0)
            return unset;
        if (SwallowedOption(parsed) is { } option)
            return [NoOption(parsed, option)];
        if (parsed.Errors.Count == 0)
            return [];
        Command command = parsed.CommandResult.Command;
        string? strange = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (command == root && strange != null && !strange.StartsWith('-'))
        {
            return
            [
                $"There is no command '{strange}'{NearestName.Question(strange, root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}",
            ];
        }
        // What comes after it was meant for it: of that the parser complains too.
        if (strange != null && strange.StartsWith('-'))
            return [NoOption(parsed, strange)];
        return
        [
            .. parsed
                .Errors.Select(e => e.Message)
                .Where(m => m.Length > 0)
                .Distinct()
                .Select(m => string.Join(' ', m.Split((char[])['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)))
                .Select(m => NotANumber().Replace(m, "'$1' is no number, which $2 takes.")),
        ];
    }

    private static string NoOption(ParseResult parsed, string option) =>
        $"{Path(parsed)} has no option '{option}'{NearestName.Question(option, Options(parsed))}";

    /// <summary>What a script gives where it meant the value of a variable that is not set.</summary>
    private static IEnumerable<string> EmptyNames(ParseResult parsed)
    {
        foreach (SymbolResult part in parsed.CommandResult.Children)
        {
            (string name, Type type) = part switch
            {
                ArgumentResult a => (a.Argument.Name, a.Argument.ValueType),
                OptionResult o => (o.Option.Name, o.Option.ValueType),
                _ => ("", typeof(string)),
            };
            bool isName = (type.GetElementType() ?? type).IsAssignableTo(typeof(FileSystemInfo));
            if (isName && part.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
                yield return $"An empty name was given for {name}: is a variable of the script not set?";
        }
    }

    /// <summary>Shells ask for completions at a place of the line, which is a number.</summary>
    private static IEnumerable<string> WrongDirectives(ParseResult parsed)
    {
        const string suggest = "[suggest:";
        foreach (
            string directive in parsed
                .Tokens.Where(t => t.Type == TokenType.Directive)
                .Select(t => t.Value)
                .Where(v => v.StartsWith(suggest, StringComparison.Ordinal))
        )
        {
            if (!int.TryParse(directive.AsSpan(suggest.Length..^1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                yield return $"{directive} asks for completions at no place of a line.";
        }
    }

    /// <summary>The command with those above it: "exitprof report".</summary>
    public static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result != null; result = result.Parent as CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "exitprof" : result.Command.Name);
        }
        return string.Join(' ', names);
    }

    /// <summary>
    /// An argument that takes several words takes a mistyped option for one of them; a file of such a name is given after "--".
    /// </summary>
    private static string? SwallowedOption(ParseResult parsed)
    {
        string[] literal = [.. parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Select(t => t.Value)];
        return parsed
            .CommandResult.Children.Where(TakesSeveral)
            .SelectMany(c => c.Tokens)
            .Select(t => t.Value)
            .FirstOrDefault(v => v.Length > 1 && v[0] == '-' && (v[1] == '-' || char.IsLetter(v[1])) && !literal.Contains(v));
    }

    private static bool TakesSeveral(SymbolResult result) => result switch
    {
        ArgumentResult argument => argument.Argument.Arity.MaximumNumberOfValues > 1,
        OptionResult option => option.Option.AllowMultipleArgumentsPerToken,
        _ => false,
    };

    private static IEnumerable<string> Options(ParseResult parsed)
    {
        for (var result = parsed.CommandResult; result != null; result = result.Parent as CommandResult)
        {
            foreach (Option option in result.Command.Options.Where(o => result == parsed.CommandResult || o.Recursive))
                yield return option.Name;
        }
    }

    /// <summary>The parser names a type of .NET, which says nothing to who types a command.</summary>
    [GeneratedRegex(@"^Cannot parse argument '(.*)' for (?:command|option) '(.*)' as expected type 'System\.\w+'\.$")]
    private static partial Regex NotANumber();
}

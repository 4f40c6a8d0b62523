using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>
/// A text that holds both sides of a comparison, one behind the other, as people paste them into a mail: a heading "# before …", "Before
/// patch:" or "[… off]" above each.
/// </summary>
internal static partial class TwoSides
{
    /// <returns>Null if the text has no two such headings.</returns>
    public static (NumberText Base, NumberText New)? Of(NumberText text)
    {
        if (text.IsJson) return null;
        int first = -1, second = -1;
        for (int i = 0; i < text.Lines.Length; i++)
        {
            if (Heading(text.Lines[i]) is not { } side) continue;
            // A third heading, or the new side first: nobody knows what belongs together.
            if (side ? first >= 0 : first < 0 || second >= 0) return null;
            if (side) first = i;
            else second = i;
        }
        if (first < 0 || second < 0) return null;
        return (Part("base", 0, second), Part("new", second, text.Lines.Length));

        NumberText Part(string side, int from, int to) =>
            text with
            {
                File = $"{text.File} ({side})",
                Lines = text.Lines[from..to],
                Skipped = text.Skipped + from,
            };
    }

    /// <returns>True for the base, false for the new side, null for a line that is no heading.</returns>
    private static bool? Heading(string line)
    {
        if (Marked().Match(line) is not { Success: true } marked) return null;
        string words = marked.Groups["words"].Value;
        return BaseWord().IsMatch(words) ? true : NewWord().IsMatch(words) ? false : null;
    }

    /// <summary>The side that a word names, where it heads a column.</summary>
    public static bool? SideOf(string word) => word.Trim().ToLowerInvariant() switch
    {
        "before" or "base" or "baseline" or "old" or "without" or "vanilla" or "unpatched" or "w/o" or "a" => true,
        "after" or "new" or "patched" or "with" or "patch" or "w/" or "b" => false,
        _ => null,
    };

    [GeneratedRegex(
        @"^\s*(?:#+\s*(?<words>.+)|=+\s*(?<words>.+?)\s*=*|-{2,}\s*(?<words>[^-].*?)\s*-*|\[(?<words>[^\]]+)\]|(?<words>[^:]{1,60}):)\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Marked();

    [GeneratedRegex(
        @"^(the\s+)?(?:(?:before|base|baseline|old|without|vanilla|unpatched)\b|w/o\s)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex BaseWord();

    [GeneratedRegex(@"^(the\s+)?(?:(?:after|new|patched|with)\b|w/\s)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NewWord();
}

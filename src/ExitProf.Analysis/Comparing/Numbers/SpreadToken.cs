using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>
/// What stands behind a mean: "+- 1.2 %", "± 12", "( +-   0.11% )". Nobody knows whether it is a deviation, an error or half an interval.
/// </summary>
internal static partial class SpreadToken
{
    public static string Without(string text, out bool spread)
    {
        Match match = Spread().Match(text);
        spread = match.Success;
        return spread ? text[..match.Index].TrimEnd() : text;
    }

    [GeneratedRegex(@"\s*\(?\s*(\+-|\+/-|±)\s*[\d.eE+-]+\s*%?\s*[^\s()]*\s*\)?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Spread();
}

using System.Text.RegularExpressions;

namespace ExitProf.Testing;

/// <summary>What a page says, without what every page brings along.</summary>
public static partial class PageText
{
    /// <summary>The page without its style, its script and their hashes: these have tests of their own, and fonts are in them.</summary>
    public static string Of(string html) => Hash().Replace(Brought().Replace(html, "<$1></$1>"), "'sha256-'");

    [GeneratedRegex("<(style|script)>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Brought();

    [GeneratedRegex("'sha256-[^']*'")]
    private static partial Regex Hash();
}

using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>
/// Rows of a name and a value: "vmcall 1559", "boot time: 12.5 ms", "exits=120". A name that comes again is one more run of it.
/// </summary>
internal static partial class NamedNumbers
{
    public const string Kind = "rows of name and value";

    public static bool Recognises(NumberText text) =>
        text.Rows.FirstOrDefault().Text is { } first && !StartsAsNumber(first) && Row().IsMatch(SpreadToken.Without(first, out _));

    public static MetricFile Read(NumberText text)
    {
        var metrics = new MetricTable(text, CommentFacts.Unit(text));
        int spreads = 0;
        foreach ((int number, string line) in text.Rows)
        {
            string plain = SpreadToken.Without(line, out bool spread);
            if (spread) spreads++;
            if (Row().Match(plain) is not { Success: true } row)
            {
                throw text.Refused(number, $"is no name with a value: {NumberText.Quote(line)}, though the lines before it are.");
            }
            if (Thousands().IsMatch(line))
            {
                throw text.Refused(number, $"has a number with a thousands separator: {NumberText.Quote(line)}; write it without.");
            }
            metrics.Add(number, row.Groups["name"].Value.Trim(), row.Groups["unit"].Value, row.Groups["value"].Value);
        }
        return new MetricFile(text.File, Kind, metrics.Metrics)
        {
            Ruler = CommentFacts.Ruler(text),
            Findings = spreads > 0 ? [NumberFormats.MeansOnly(text.File, spreads)] : [],
        };
    }

    /// <summary>"vmcall 1,559": the comma parts no name from its value.</summary>
    [GeneratedRegex(@"\d,\d{3}(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();

    private static bool StartsAsNumber(string line) => NumberToken.TryRead(line.Split((char[])[' ', '\t', ',', ';'])[0], out _, out _);

    /// <summary>A name with blanks needs a colon, a comma, a tab or an equals sign behind it; without, it is one word.</summary>
    [GeneratedRegex(
        @"^(?:(?<name>[^:=,;|\t]*[^:=,;|\t\s]|\S+?)\s*[:=,;|\t]\s*|(?<name>\S+)\s+)(?<value>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:[\s,;|]*(?<unit>[^\s\d,;|][^\s,;|]*))?[\s,;|]*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Row();
}

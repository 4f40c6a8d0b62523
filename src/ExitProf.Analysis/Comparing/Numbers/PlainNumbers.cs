using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>
/// One number a line, with or without its unit behind it; each is a run. Blank lines and lines that begin with # are no numbers, but a
/// comment may name the unit.
/// </summary>
internal static partial class PlainNumbers
{
    public const string Kind = "plain numbers";

    public static MetricFile Read(NumberText text)
    {
        var values = new ValueList();
        int spreads = 0;
        string unit = CommentFacts.Unit(text);
        foreach ((int number, string line) in text.Rows)
        {
            string token = SpreadToken.Without(line, out bool spread);
            if (spread) spreads++;
            if (WithUnit().Match(token) is { Success: true } both && MetricUnit.IsKnown(both.Groups["unit"].Value))
            {
                string said = both.Groups["unit"].Value;
                if (unit.Length > 0 && !MetricUnit.Same(unit, said))
                    throw text.Refused(number, $"is in {said}, and what stands before it is in {unit}: write all numbers in one unit.");
                (unit, token) = (said, both.Groups["value"].Value);
            }
            if (!NumberToken.TryRead(token, out double value, out int decimals))
            {
                string advice =
                    line.Split((char[])[' ', '\t']).Count(w => NumberToken.TryRead(w, out _, out _)) > 1
                        ? "a row of several numbers needs a header that names its columns"
                        : "write one number a line, with a point and no thousands separator";
                throw text.Refused(number, $"is not a number: {NumberText.Quote(line)}; {advice}.");
            }
            if (NumberToken.Unfit(value) is { } why) throw text.Refused(number, $"is {NumberText.Quote(line)}: {why}.");
            values.Add(value, decimals);
        }
        if (values.Count == 0) throw text.Refused("holds no number; write one number a line.");
        return new MetricFile(text.File, Kind, [values.Measured("", unit)])
        {
            Ruler = CommentFacts.Ruler(text),
            Findings = spreads > 0 ? [NumberFormats.MeansOnly(text.File, 1)] : [],
        };
    }

    [GeneratedRegex(@"^(?<value>[+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(?<unit>[^\s\d.+-]\S*(?:\s\S+){0,2})$", RegexOptions.CultureInvariant)]
    private static partial Regex WithUnit();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>A row of a table: a name and figures, each with the unit that stands behind it.</summary>
internal sealed partial record TableRecord(string Name, IReadOnlyList<(double Value, string Unit)> Figures, double? Error)
{
    /// <summary>Takes a row apart from its right end: names may hold spaces and digits, figures are what is left of them.</summary>
    /// <param name="columns">No more figures than these belong to the row.</param>
    internal static TableRecord? TryParse(string line, int columns)
    {
        double? error = null;
        Match deviation = Deviation().Match(line);
        if (deviation.Success)
        {
            error = double.Parse(deviation.Groups[1].Value, CultureInfo.InvariantCulture);
            line = line[..deviation.Index];
        }
        string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var figures = new List<(double, string)>();
        int at = words.Length;
        while (at > 0 && figures.Count < columns && TryFigure(words[at - 1], out var figure))
        {
            figures.Insert(0, figure);
            at--;
        }
        return figures.Count == 0 ? null : new TableRecord(string.Join(' ', words[..at]), figures, error);
    }

    /// <summary>"1,880", "54.85%", "0.92us", "2773738".</summary>
    internal static bool TryFigure(string word, out (double Value, string Unit) figure)
    {
        Match found = Figure().Match(word);
        figure = default;
        if (!found.Success) return false;
        string digits = found.Groups[1].Value.Replace(",", "", StringComparison.Ordinal);
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return false;
        figure = (value, found.Groups[2].Value);
        return true;
    }

    [GeneratedRegex(@"^([0-9][0-9,]*(?:\.[0-9]+)?)(%|ns|us|ms|s)?$")]
    private static partial Regex Figure();

    [GeneratedRegex(@"\(\s*\+-\s*([0-9]+(?:\.[0-9]+)?)%\s*\)")]
    private static partial Regex Deviation();
}

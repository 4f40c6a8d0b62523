using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Charts;

/// <summary>Skia's path data with a tenth of a pixel and steps relative to the point before: a third of the letters.</summary>
internal static partial class ShortPath
{
    /// <returns>Empty if the path has no length.</returns>
    public static string Of(string data)
    {
        var path = new StringBuilder();
        (double x, double y) = (0, 0);
        bool drawn = false;
        foreach (Match part in Part().Matches(data))
        {
            char command = part.Groups[1].Value[0];
            double[] numbers =
            [
                .. Number().Matches(part.Groups[2].Value).Select(n => Math.Round(double.Parse(n.Value, CultureInfo.InvariantCulture), 1)),
            ];
            switch (command)
            {
                case 'M':
                    path.Append('M').Append(Text(numbers[0])).Append(Next(numbers[1]));
                    (x, y) = (numbers[0], numbers[1]);
                    break;
                case 'L':
                    (double dx, double dy) = (Math.Round(numbers[0] - x, 1), Math.Round(numbers[1] - y, 1));
                    (x, y) = (numbers[0], numbers[1]);
                    if (dx == 0 && dy == 0) break;
                    drawn = true;
                    if (dy == 0) path.Append('h').Append(Text(dx));
                    else if (dx == 0) path.Append('v').Append(Text(dy));
                    else path.Append('l').Append(Text(dx)).Append(Next(dy));
                    break;
                case 'Z':
                    path.Append('z');
                    break;
                default:
                    // Curves of markers: kept as they are, to the tenth.
                    drawn = true;
                    path.Append(command).Append(string.Join(' ', numbers.Select(Text)));
                    (x, y) = (numbers[^2], numbers[^1]);
                    break;
            }
        }
        return drawn ? path.ToString() : "";
    }

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A minus sign parts two numbers as well as a space.</summary>
    private static string Next(double value) => Text(value) is var text && text.StartsWith('-') ? text : " " + text;

    [GeneratedRegex("([MLHVCSQTAZ])([^MLHVCSQTAZ]*)")]
    private static partial Regex Part();

    [GeneratedRegex(@"-?\d*\.?\d+(?:e-?\d+)?")]
    private static partial Regex Number();
}

using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>Sentences that differ in their numbers only.</summary>
internal static partial class SameWords
{
    /// <summary>The words without the numbers.</summary>
    public static string Of(string sentence) => Number().Replace(sentence, "0");

    /// <summary>One sentence for all: where their numbers differ, it has the least and the greatest, "4.8 to 6.1 times".</summary>
    /// <param name="sentences">At least one; of the same words.</param>
    public static string Merged(IReadOnlyList<string> sentences)
    {
        string[][] numbers = [.. sentences.Select(s => Number().Matches(s).Select(m => m.Value).ToArray())];
        int next = 0;
        return Number()
            .Replace(
                sentences[0],
                _ =>
                {
                    int at = next++;
                    return Range([.. numbers.Select(n => n[at])]);
                }
            );
    }

    private static string Range(string[] values)
    {
        string least = values.MinBy(Value)!, most = values.MaxBy(Value)!;
        return least == most ? least : $"{least} to {most}";
    }

    private static double Value(string number) => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A number that stands alone: those in "size=64", "run-1.txt" and "pio2" are parts of names.</summary>
    [GeneratedRegex(@"(?<=^|[\s(±])[0-9][0-9,]*(\.[0-9]+)?(?=$|[\s;:)%]|[,.](\s|$))", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}

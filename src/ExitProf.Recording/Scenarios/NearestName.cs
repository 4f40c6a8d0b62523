namespace ExitProf.Recording;

/// <summary>The name that a mistyped word most probably meant.</summary>
public static class NearestName
{
    /// <summary>Beyond a third of its letters a word is another word, not a mistyped one.</summary>
    private const int LettersAMistake = 3;

    /// <returns>Null if no name is near enough.</returns>
    public static string? Of(string word, IEnumerable<string> names)
    {
        IReadOnlyList<string> all = [.. names];
        // The beginning of a name is not a mistype of a shorter one.
        return all.Where(n => word.Length > 1 && n.StartsWith(word, StringComparison.Ordinal)).MinBy(n => n.Length)
            ?? all.Where(n => Distance(word, n) <= Math.Max(1, word.Length / LettersAMistake) && Distance(word, n) < word.Length)
                .MinBy(n => Distance(word, n));
    }

    /// <summary>Gives "; did you mean pio-out?" to end a sentence with; only its end if no name is near enough.</summary>
    public static string Question(string word, IEnumerable<string> names) => Of(word, names) is { } name ? $"; did you mean {name}?" : ".";

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}

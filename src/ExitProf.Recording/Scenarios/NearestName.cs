namespace ExitProf.Recording;

/// <summary>The name that a mistyped word most probably meant.</summary>
public static class NearestName
{
    /// <param name="names">At least one.</param>
    public static string Of(string word, IEnumerable<string> names)
    {
        IReadOnlyList<string> all = [.. names];
        // The beginning of a name is not a mistype of a shorter one.
        return all.Where(n => word.Length > 0 && n.StartsWith(word, StringComparison.Ordinal)).MinBy(n => n.Length) ?? all.MinBy(n => Distance(word, n))!;
    }

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

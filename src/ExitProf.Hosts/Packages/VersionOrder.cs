namespace ExitProf.Hosts;

/// <summary>Orders names as <c>sort -V</c> does: runs of digits by their value.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int order = char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]) ? ByValue(ref a, ref b) : ByCharacter(ref a, ref b);
            if (order != 0) return order;
        }
        return a.Length.CompareTo(b.Length);
    }

    private static int ByCharacter(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        int order = a[0].CompareTo(b[0]);
        a = a[1..];
        b = b[1..];
        return order;
    }

    private static int ByValue(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        ReadOnlySpan<char> first = Digits(ref a), second = Digits(ref b);
        return first.Length != second.Length ? first.Length.CompareTo(second.Length) : first.SequenceCompareTo(second);
    }

    /// <summary>The digits in front, without leading zeros.</summary>
    private static ReadOnlySpan<char> Digits(ref ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExceptInRange('0', '9');
        if (length < 0) length = text.Length;
        ReadOnlySpan<char> digits = text[..length].TrimStart('0');
        text = text[length..];
        return digits;
    }
}

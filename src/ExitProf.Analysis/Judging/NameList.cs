namespace ExitProf.Analysis;

/// <summary>Names in a sentence, which stays short however many there are.</summary>
internal static class NameList
{
    private const int Most = 10;

    public static string Of(IReadOnlyCollection<string> names) =>
        names.Count <= Most ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Most))} and {names.Count - Most} more";
}

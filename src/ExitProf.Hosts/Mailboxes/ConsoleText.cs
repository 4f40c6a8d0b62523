namespace ExitProf.Hosts;

/// <summary>What a guest said, made fit for a terminal: no control characters, no endless lines.</summary>
internal static class ConsoleText
{
    private const int MostCharacters = 200;

    public static string Visible(string text)
    {
        string cut = text.Length > MostCharacters ? text[..MostCharacters] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }
}

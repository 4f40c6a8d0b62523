using System.Globalization;

namespace ExitProf.Analysis;

/// <summary>
/// JSON may escape halves of characters ("\ud800") that no text can have; the library refuses to read such a string. Here each becomes
/// U+FFFD, so that only what is shown of a name changes.
/// </summary>
internal static class LoneSurrogates
{
    /// <summary>Backslash, u and four digits.</summary>
    private const int EscapeLength = 6;

    private const string Replacement = "\\ufffd";

    public static string Replaced(string json)
    {
        if (!json.Contains("\\ud", StringComparison.OrdinalIgnoreCase)) return json;
        char[] text = json.ToCharArray();
        for (int i = 0; i < json.Length - 1; i++)
        {
            if (json[i] != '\\') continue;
            char escaped = Escaped(json, i);
            if (!char.IsSurrogate(escaped)) i++;
            else if (char.IsHighSurrogate(escaped) && char.IsLowSurrogate(Escaped(json, i + EscapeLength))) i += 2 * EscapeLength - 1;
            else
            {
                Replacement.CopyTo(text.AsSpan(i));
                i += EscapeLength - 1;
            }
        }
        return new string(text);
    }

    /// <returns>The character that is escaped there by its number; 0 if none is.</returns>
    private static char Escaped(string json, int at) =>
        json.Length - at >= EscapeLength && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            ? (char)code
            : '\0';
}

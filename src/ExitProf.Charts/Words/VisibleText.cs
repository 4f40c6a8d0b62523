using System.Buffers;
using System.Globalization;
using System.Text;

namespace ExitProf.Charts;

/// <summary>
/// Text of a trace as it may be printed. Names, findings and host facts come out of a file that anybody may have written: a control
/// character could steer a terminal, a format character turn a line around, and neither is legal in XML.
/// </summary>
public static class VisibleText
{
    /// <summary>What has a meaning in markup or, at the beginning of a line or doubled, in a CI log.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'#:");

    /// <summary>The same text with every character that is not a visible one (or a space) replaced by U+FFFD.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;

        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool hidden =
                Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned;
            if (rune.Value is '\n' or '\r' or '\t')
                visible.Append(' ');
            else if (hidden)
                visible.Append('\uFFFD');
            else
                visible.Append(rune.ToString());
        }
        return visible.ToString();
    }

    /// <summary>Legal in XML and HTML text and in a quoted attribute.</summary>
    public static string Escaped(string text)
    {
        string visible = Of(text);
        if (!visible.AsSpan().ContainsAny(Special)) return visible;
        return LogCommand.DisarmedMarkup(Entities(visible));
    }

    private static string Entities(string visible) =>
        visible
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>
    /// Breaks a merged name behind its plus signs into lines of at most <paramref name="columns"/> characters where it can.
    /// </summary>
    public static IReadOnlyList<string> Fold(string name, int columns)
    {
        var lines = new List<string>();
        foreach (string part in name.Split('+'))
        {
            if (lines.Count > 0) lines[^1] += "+";
            if (lines.Count > 0 && lines[^1].Length + part.Length < columns) lines[^1] += part;
            else lines.Add(part);
        }
        return lines;
    }
}

using System.Collections.Frozen;
using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// The texts of <c>printk_formats</c> in tracefs by their addresses: some events record a pointer to a text instead of the text.
/// </summary>
public static class PrintkFormats
{
    /// <param name="text">Lines such as <c>0xffffffff8281a2a4 : "Start context switch"</c>.</param>
    /// <exception cref="FormatException">A line is of another form; the message has it.</exception>
    public static FrozenDictionary<ulong, string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var texts = new Dictionary<ulong, string>();
        int number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.Trim().IsEmpty) continue;
            int separator = line.IndexOf(" : \"", StringComparison.Ordinal);
            int end = line.LastIndexOf('"');
            if (separator < 0 || end <= separator + 3 || !line.StartsWith("0x", StringComparison.Ordinal))
                throw EventFormat.Bad(line, number, "not an address and a text");
            if (!ulong.TryParse(line[2..separator], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address))
                throw EventFormat.Bad(line, number, "not an address");
            texts[address] = line[(separator + 4)..end].ToString();
        }
        return texts.ToFrozenDictionary();
    }
}

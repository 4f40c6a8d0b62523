using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Something about a scenario that can be changed from the command line.</summary>
/// <param name="Summary">One line with the unit.</param>
/// <param name="Flips">True if it can be changed between two blocks of one VM; else each value has a VM of its own.</param>
/// <param name="Choices">The words it can take; null for a number between <paramref name="Low"/> and <paramref name="High"/>.</param>
public sealed record Setting(string Name, string Summary, string Default, bool Flips, IReadOnlyList<string>? Choices, long Low, long High)
{
    public static Setting Number(string name, string summary, long standard, long low, long high, bool flips) =>
        new(name, summary, standard.ToString(CultureInfo.InvariantCulture), flips, null, low, high);

    public static Setting Choice(string name, string summary, bool flips, params string[] choices) =>
        new(name, summary, choices[0], flips, choices, 0, 0);

    /// <summary>"0..1000000" or "1|2|4".</summary>
    public string Range => Choices != null ? string.Join('|', Choices) : $"{Low}..{High}";

    /// <exception cref="SettingException">The value is not one that the setting can take.</exception>
    public string Check(string value)
    {
        if (Choices != null)
        {
            return Choices.Contains(value) ? value : throw new SettingException($"'{value}' is not a value of {Name}: it takes {Range}.");
        }
        bool hexadecimal = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool number = hexadecimal
            ? long.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long parsed)
            : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out parsed);
        if (!number || parsed < Low || parsed > High) throw new SettingException($"'{value}' is not a value of {Name}: it takes {Range}.");
        return parsed.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>A setting or a value that does not exist: the user's mistake, in one sentence.</summary>
public sealed class SettingException(string message) : RefusedException(message)
{
    public override bool IsUsage => true;
}

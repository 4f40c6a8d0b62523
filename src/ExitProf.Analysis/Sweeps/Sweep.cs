using System.Collections.Immutable;
using System.Globalization;

namespace ExitProf.Analysis;

/// <summary>Configurations of a trace that differ in one setting only, in the order in which they were given.</summary>
/// <param name="Others">The settings that were swept too and that all of them share: "placement=same-port"; empty if there are
/// none.</param>
public sealed record Sweep(string Setting, string Others, ImmutableArray<ConfigurationSummary> Configurations)
{
    /// <summary>One for each combination of the values of the other settings.</summary>
    public static IReadOnlyList<Sweep> Of(TraceSummary trace, string setting)
    {
        string[] swept = [.. Swept(trace).Where(s => s != setting)];
        return [.. trace.Configurations
            .Where(c => Value(c, setting) != null)
            .GroupBy(c => string.Join(',', swept.Select(s => $"{s}={Value(c, s)}")))
            .Select(g => new Sweep(setting, g.Key, [.. g]))];
    }

    /// <summary>The settings that differ between configurations of a trace.</summary>
    public static IEnumerable<string> Swept(TraceSummary trace) =>
        trace
            .Configurations.SelectMany(c => c.Configuration.Settings)
            .GroupBy(s => s.Name)
            .Where(g => g.Select(s => s.Value).Distinct().Count() > 1)
            .Select(g => g.Key);

    public static string? Value(ConfigurationSummary configuration, string setting) =>
        configuration.Configuration.Settings.FirstOrDefault(s => s.Name == setting)?.Value;

    /// <summary>The value of the setting as a number; null if it is none.</summary>
    public static double? Number(ConfigurationSummary configuration, string setting) =>
        double.TryParse(Value(configuration, setting), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number)
            ? number
            : null;
}

using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// Settings that a scenario has got since a trace was recorded. Such a trace is taken to have their defaults, which are what the scenario
/// did before: otherwise no trace could be compared with one of an older version.
/// </summary>
internal static class LaterSettings
{
    /// <summary>Gives each trace the settings that others of its scenario have and it has not.</summary>
    /// <returns>The traces in their order, and a finding for each setting that was assumed.</returns>
    public static (TraceSummary[] Traces, ImmutableArray<Finding> Findings) Assume(IReadOnlyList<TraceSummary> traces)
    {
        var assumed = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var complete = new List<TraceSummary>();
        foreach (TraceSummary trace in traces)
        {
            Setting[] missing = [.. Missing(trace, traces)];
            complete.Add(missing.Length == 0 ? trace : With(trace, missing));
            foreach (Setting setting in missing)
            {
                string text = $"{trace.Header.Scenario}: {setting.Name}={setting.Default}";
                assumed[text] = assumed.GetValueOrDefault(text) + 1;
            }
        }
        return ([.. complete], [.. assumed.Select(a => FindingKind.AssumedSetting.Of(a.Value, Text(a.Key, a.Value)))]);
    }

    private static string Text(string setting, int traces) =>
        $"{setting} was taken for {(traces == 1 ? "one trace" : $"{traces} traces")} from before the setting existed.";

    private static IEnumerable<Setting> Missing(TraceSummary trace, IReadOnlyList<TraceSummary> all)
    {
        if (ScenarioCatalog.All.FirstOrDefault(s => s.Name == trace.Header.Scenario) is not { } scenario) return [];
        HashSet<string> own = Names(trace), known = [.. all.Where(t => t.Header.Scenario == scenario.Name).SelectMany(Names)];
        return scenario.Settings.Where(s => known.Contains(s.Name) && !own.Contains(s.Name));
    }

    private static HashSet<string> Names(TraceSummary trace) =>
        [.. trace.Configurations.SelectMany(c => c.Configuration.Settings).Select(s => s.Name)];

    private static TraceSummary With(TraceSummary trace, Setting[] missing)
    {
        return trace with
        {
            Header = trace.Header with { Configurations = [.. trace.Header.Configurations.Select(Complete)] },
            Configurations = [.. trace.Configurations.Select(c => c with { Configuration = Complete(c.Configuration) })],
        };

        Configuration Complete(Configuration c) => c.IsEmptyLoop ? c
            : c with { Settings = [.. c.Settings, .. missing.Select(s => new Fact(s.Name, s.Default))] };
    }
}

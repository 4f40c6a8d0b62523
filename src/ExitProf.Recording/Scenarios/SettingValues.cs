using System.Collections.Immutable;
using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>A value for each setting of a scenario.</summary>
public sealed class SettingValues
{
    private readonly ImmutableArray<(Setting Setting, string Value)> values;

    private SettingValues(ImmutableArray<(Setting, string)> values) => this.values = values;

    public string this[string name] => values.First(v => v.Setting.Name == name).Value;

    public long Number(string name) => long.Parse(this[name], CultureInfo.InvariantCulture);

    /// <summary>Settings that a VM has to be made for, as one key: configurations with the same key share a VM.</summary>
    public string MachineKey => string.Join(',', values.Where(v => !v.Setting.Flips).Select(v => $"{v.Setting.Name}={v.Value}"));

    /// <summary>
    /// All combinations of the values given by <c>--set key=v1,v2</c> and <c>--set key=lo..hi</c>, the last setting changing fastest;
    /// settings that are not given keep their defaults.
    /// </summary>
    /// <exception cref="SettingException">No such setting, or no such value; the message names the nearest one.</exception>
    public static ImmutableArray<SweptConfiguration> Sweep(IScenario scenario, IReadOnlyList<string> assignments)
    {
        var given = new Dictionary<string, ImmutableArray<string>>();
        foreach (string assignment in assignments)
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new SettingException($"'{assignment}' is not a setting: write key=value.");
            string key = assignment[..equals];
            Setting setting = scenario.Settings.FirstOrDefault(s => s.Name == key) ?? throw new SettingException(NoSuch(scenario, key));
            if (!given.TryAdd(key, Values(setting, assignment[(equals + 1)..]))) throw new SettingException($"{key} is set twice.");
        }

        var combinations = new List<ImmutableArray<(Setting, string)>> { ImmutableArray<(Setting, string)>.Empty };
        foreach (Setting setting in scenario.Settings)
        {
            ImmutableArray<string> values = given.GetValueOrDefault(setting.Name, [setting.Default]);
            long number = (long)combinations.Count * values.Length;
            // An emulated guest's trace has an empty loop for each.
            if (number > TraceHeader.MaxConfigurations / 2)
                throw new SettingException($"that makes more than {TraceHeader.MaxConfigurations / 2:N0} combinations: give fewer values.");
            combinations = [.. combinations.SelectMany(c => values.Select(v => c.Add((setting, v))))];
        }
        return [.. combinations.Select(c => new SweptConfiguration(Name(c, given), new SettingValues(c)))];
    }

    private static Configuration Name(
        ImmutableArray<(Setting Setting, string Value)> values,
        Dictionary<string, ImmutableArray<string>> given
    )
    {
        string name = string.Join(',', values.Where(v => given.ContainsKey(v.Setting.Name)).Select(v => $"{v.Setting.Name}={v.Value}"));
        return new Configuration(
            name.Length > 0 ? name : Configuration.Default,
            [.. values.Select(v => new Fact(v.Setting.Name, v.Value))]
        );
    }

    private static ImmutableArray<string> Values(Setting setting, string text)
    {
        var values = ImmutableArray.CreateBuilder<string>();
        foreach (string part in text.Split(','))
        {
            int dots = part.IndexOf("..", StringComparison.Ordinal);
            if (dots < 0)
            {
                values.Add(setting.Check(part));
                continue;
            }
            if (setting.Choices != null) throw new SettingException($"{setting.Name} takes {setting.Range}, not a range of numbers.");
            long low = long.Parse(setting.Check(part[..dots]), CultureInfo.InvariantCulture);
            long high = long.Parse(setting.Check(part[(dots + 2)..]), CultureInfo.InvariantCulture);
            if (low > high) throw new SettingException($"the range {part} of {setting.Name} is empty.");
            for (long v = low; v < high; v = v < 1 ? v + 1 : v * 2) values.Add(v.ToString(CultureInfo.InvariantCulture));
            values.Add(high.ToString(CultureInfo.InvariantCulture));
        }
        string? twice = values.GroupBy(v => v).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice == null ? values.ToImmutable() : throw new SettingException($"{setting.Name}={twice} is given twice.");
    }

    private static string NoSuch(IScenario scenario, string key)
    {
        if (scenario.Settings.Count == 0) return $"The scenario {scenario.Name} has no settings.";
        string[] names = [.. scenario.Settings.Select(s => s.Name)];
        return $"The scenario {scenario.Name} has no setting '{key}'{NearestName.Question(key, names)} It has {string.Join(", ", names)}.";
    }
}

using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace ExitProf.Recording;

/// <summary>All scenarios: every class of this project that is one. Adding a scenario is adding its file.</summary>
public static class ScenarioCatalog
{
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The project is a trimmer root: none of its types is removed.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The project is a trimmer root: none of its types is removed.")]
    private static IReadOnlyList<IScenario> Find() =>
        [.. typeof(ScenarioCatalog).Assembly.GetTypes()
            .Where(t => t.IsClass && typeof(IScenario).IsAssignableFrom(t))
            .Select(t => (IScenario)Activator.CreateInstance(t)!)
            .OrderBy(s => s.Name, StringComparer.Ordinal)];

    public static IReadOnlyList<IScenario> All { get; } = Find();

    /// <summary>Those of the names, in the order of the catalogue; * and ? stand for any letters and for one.</summary>
    /// <exception cref="SettingException">A name or a pattern is that of none.</exception>
    public static IReadOnlyList<IScenario> Matching(IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            if (name.AsSpan().IndexOfAny('*', '?') < 0) Get(name);
            else if (!All.Any(s => Fits(name, s)))
                throw new SettingException($"No scenario is named like '{name}': exitprof list shows all.");
        }
        return [.. All.Where(s => names.Any(n => Fits(n, s)))];

        static bool Fits(string name, IScenario scenario) => FileSystemName.MatchesSimpleExpression(name, scenario.Name, ignoreCase: false);
    }

    /// <exception cref="SettingException">There is none of that name; the message names the nearest one.</exception>
    public static IScenario Get(string name) =>
        All.FirstOrDefault(s => s.Name == name)
        ?? throw new SettingException(
            $"There is no scenario '{name}'{NearestName.Question(name, All.Select(s => s.Name))} exitprof list shows all."
        );
}

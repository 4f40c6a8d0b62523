using System.CommandLine;
using System.CommandLine.Completions;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>What a shell offers behind <c>--set</c> and its kin: the settings of the scenario that was typed, else those of all.</summary>
internal static class SettingCompletion
{
    public static void AddTo(Option<string[]> option, Argument scenario) => option.CompletionSources.Add(context =>
    {
        string? typed = context.ParseResult.GetResult(scenario) is { Tokens: [var token, ..] } ? token.Value : null;
        IScenario[] one = [.. ScenarioCatalog.All.Where(s => s.Name == typed)];
        return (one.Length > 0 ? one : ScenarioCatalog.All).SelectMany(s => s.Settings).Select(s => s.Name + "=").Distinct()
            .Select(s => new CompletionItem(s));
    });
}

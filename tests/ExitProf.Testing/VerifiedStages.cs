using System.Text;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>
/// Which borders and stages a host gave, without any figure: what must be the same whenever it is recorded there again. Kept in
/// <c>tests/hosts/expected</c>, from where the README's table of verified hosts is made.
/// </summary>
public static class VerifiedStages
{
    /// <summary>"svm, Linux 6.1": back-end, and version of the kernel without what its distribution adds.</summary>
    public static string Host(TraceHeader header)
    {
        string[] release = header.Host.Single(f => f.Name == "kernel").Value.Split('.');
        return $"{header.Backend.Name()}, Linux {release[0]}.{release[1]}";
    }

    /// <param name="recorded">Scenario and options.</param>
    public static string Text(string recorded, TraceSummary summary)
    {
        var text = new StringBuilder();
        foreach (ConfigurationSummary configuration in summary.Configurations)
        {
            string name = configuration.Configuration.Name == Configuration.Default ? "" : $" [{configuration.Configuration.Name}]";
            text.Append($"{recorded}{name}: {summary.Header.GuestMode}, {(configuration.Native ? "native" : "emulated")}\n");
            text.Append("    ").AppendJoin(' ', Stamps(configuration).Select(s => s.Name())).Append('\n');
            text.Append("    ").AppendJoin(' ', configuration.Stages.Select(Word)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The walk from its first border to its last.</summary>
    private static IEnumerable<Stamp> Stamps(ConfigurationSummary configuration)
    {
        StepSummary[] steps = [.. configuration.Stages.SelectMany(s => s.Steps)];
        return steps.Length == 0 ? [] : steps.Select(s => s.From).Append(steps[^1].To);
    }

    private static string Word(StageSummary stage) =>
        stage.State == StageState.Absent ? $"({stage.Name})"
        : stage.Bound == Bound.Upper ? $"≤{stage.Name}"
        : stage.Name;
}

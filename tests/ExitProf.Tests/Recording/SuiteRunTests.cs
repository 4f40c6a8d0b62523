using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Tests;

/// <summary>What scenarios declare for the suite fits what they are.</summary>
public sealed class SuiteRunTests
{
    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_recording_sets_what_the_scenario_has(string name)
    {
        IScenario scenario = ScenarioCatalog.Get(name);
        Assert.NotEmpty(scenario.SuiteRuns);
        foreach (SuiteRun run in scenario.SuiteRuns)
        {
            Assert.NotEmpty(SettingValues.Sweep(scenario, run.Assignments));
            Assert.NotEmpty(SettingValues.Sweep(scenario, run.QuickAssignments ?? run.Assignments));
            Assert.InRange(run.Seconds, 1, 60);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_reading_names_a_setting_that_its_recording_sweeps(string name)
    {
        foreach (SuiteRun run in ScenarioCatalog.Get(name).SuiteRuns)
        {
            string? setting = run.Question switch
            {
                SuiteQuestion.Slope r => r.Setting,
                SuiteQuestion.SlopePerDoubling r => r.Setting,
                SuiteQuestion.Difference r => r.Setting,
                SuiteQuestion.Ratio r => r.Setting,
                SuiteQuestion.Sameness r => r.Setting,
                SuiteQuestion.Work r => r.Setting,
                _ => null,
            };
            if (setting != null) Assert.Contains(run.Assignments, a => a.StartsWith(setting + "=", StringComparison.Ordinal));
            if (run.Question is SuiteQuestion.Against against) Assert.NotNull(ScenarioCatalog.Get(against.Scenario));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Published_figures_say_what_they_are_of(string name)
    {
        foreach (PublishedFigure figure in ScenarioCatalog.Get(name).Published)
        {
            Assert.All([figure.Text, figure.Measured, figure.Unit], Assert.NotEmpty);
            Assert.NotEmpty(figure.Values);
            Assert.True(
                figure.Values.Length == 1 || figure.Values.All(v => v.Of.Length > 0),
                "several values of which none says which it is"
            );
        }
    }
}

using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>One experiment: a guest, its settings, the exits it makes, where the idea comes from. One small file each.</summary>
public interface IScenario
{
    string Name { get; }

    ScenarioGroup Group { get; }

    /// <summary>One line: what is measured.</summary>
    string Summary { get; }

    /// <summary>The text, and its figure, that the experiment goes back to.</summary>
    string Origin { get; }

    /// <summary>
    /// Modes in which its guest can be written, the best first. The first that the CPU runs itself is taken; if there is none, the first
    /// that KVM's emulator runs, and everything measured is labelled so.
    /// </summary>
    IReadOnlyList<GuestMode> Modes { get; }

    IReadOnlyList<Setting> Settings { get; }

    /// <summary>What the texts give for it; shown beside ours, never expected.</summary>
    IReadOnlyList<PublishedFigure> Published => [];

    /// <summary>What <c>exitprof suite</c> records of it. Each recording is a row of its own.</summary>
    IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Totals())];

    /// <summary>
    /// The tests of kvm-unit-tests' vmexit that measure the same, as they are named in its output; null if there is none.
    /// </summary>
    string? UnitTest => null;

    /// <summary>
    /// Says why these settings make no sense together, or why this host cannot run them; null if neither is known before it is tried.
    /// </summary>
    Refusal? Refuse(SettingValues settings, HostFeatures host) => null;

    /// <summary>The guest's code and the exits it makes, for one combination of settings. It can be asked for on any host.</summary>
    Workload Workload(GuestMode mode, SettingValues settings);
}

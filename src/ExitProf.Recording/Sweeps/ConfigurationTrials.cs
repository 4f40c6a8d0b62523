using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Finds out which configurations of a sweep this host can run.</summary>
/// <param name="leaveOut">True if those that it cannot run may be left out.</param>
internal sealed class ConfigurationTrials(bool leaveOut)
{
    private readonly List<string> reasons = [];

    /// <summary>Those for which the trial does not throw.</summary>
    /// <exception cref="UnsupportedScenarioException">The host cannot run one that may not be left out, or none at all.</exception>
    public ImmutableArray<(Configuration Configuration, SettingValues Values)> Supported(
        ImmutableArray<(Configuration Configuration, SettingValues Values)> sweep, Action<(Configuration Configuration, SettingValues Values)> trial)
    {
        var supported = sweep.ToBuilder();
        foreach ((Configuration Configuration, SettingValues Values) one in sweep)
        {
            try
            {
                trial(one);
            }
            catch (UnsupportedScenarioException e) when (leaveOut && supported.Count > 1)
            {
                supported.Remove(one);
                reasons.Add(e.Message);
            }
        }
        return supported.ToImmutable();
    }

    public void Report(FindingLedger findings) =>
        findings.Add(FindingKind.UnsupportedConfiguration, $"Configurations were left out. {string.Join(' ', reasons)}", reasons.Count);
}

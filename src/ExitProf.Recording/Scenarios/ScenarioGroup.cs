namespace ExitProf.Recording;

/// <summary>What a scenario is about, named like the folder of its file. The order is that of a list for newcomers.</summary>
public enum ScenarioGroup
{
    Io,
    Cpu,
    Emulation,
    State,
    Updates,
    Work,
}

/// <summary>How groups are written.</summary>
public static class ScenarioGroups
{
    public static string Name(this ScenarioGroup group) => group switch
    {
        ScenarioGroup.Io => "I/O",
        ScenarioGroup.Cpu => "CPU",
        ScenarioGroup.Emulation => "emulation",
        ScenarioGroup.State => "state",
        ScenarioGroup.Updates => "updates",
        _ => "work",
    };
}

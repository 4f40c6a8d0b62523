using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>One combination of values of a sweep: the configuration as the trace has it, and the values that the scenario reads.</summary>
public sealed record SweptConfiguration(Configuration Configuration, SettingValues Values);

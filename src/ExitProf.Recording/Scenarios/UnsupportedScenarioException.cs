using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>The scenario cannot run on this host; the message says why.</summary>
public sealed class UnsupportedScenarioException(string message) : UnfitHostException(message);

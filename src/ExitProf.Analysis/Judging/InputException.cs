using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Runs that cannot be compared, or a gate, baseline or number file that cannot be used.</summary>
public sealed class InputException(string message, Exception? inner = null) : RefusedException(message, inner);

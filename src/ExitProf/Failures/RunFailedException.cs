using ExitProf.Traces;

namespace ExitProf;

/// <summary>A run that gave no measurement: a sentence, and what the command printed.</summary>
internal sealed class RunFailedException(string message) : RefusedException(message);

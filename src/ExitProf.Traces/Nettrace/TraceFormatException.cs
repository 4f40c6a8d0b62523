namespace ExitProf.Traces;

/// <summary>A file that cannot be read as a trace at all.</summary>
public sealed class TraceFormatException(string message, Exception? inner = null) : RefusedException(message, inner);

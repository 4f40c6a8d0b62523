namespace ExitProf.Traces;

/// <summary>One end of a call, as the kernel's function_graph tracer writes it.</summary>
/// <param name="Time">When it was written, by the trace's clock.</param>
/// <param name="Function">The address of the function, or of a place near its beginning.</param>
/// <param name="Depth">How many traced calls are open around it.</param>
/// <param name="IsEntry">True for its beginning, false for its end.</param>
public readonly record struct GraphRecord(ulong Time, ulong Function, int Depth, bool IsEntry);

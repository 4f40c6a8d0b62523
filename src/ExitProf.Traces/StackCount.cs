namespace ExitProf.Traces;

/// <summary>
/// What one exit does in one function, called on one way, in one stage: instructions where a plugin of the emulator counted them, calls
/// where the kernel's function_graph tracer saw them.
/// </summary>
/// <param name="Configuration">The index of the exit's configuration.</param>
/// <param name="Stage">The row of the stage table; empty where stages and functions could not be brought together.</param>
/// <param name="Stack">Functions from the outermost to the one that is meant, separated by semicolons.</param>
/// <param name="Ticks">
/// In the function itself, by the trace's clock: instructions, exact. Where calls are counted it is time, and distorted by the tracer.
/// </param>
public sealed record StackCount(int Configuration, string Stage, string Stack, long Ticks)
{
    public const char Separator = ';';

    /// <summary>The frame of user space.</summary>
    public const string UserFrame = "(VMM)";

    /// <summary>The frame of the kernel outside of the functions that are traced.</summary>
    public const string UntracedFrame = "(kernel, not traced)";

    /// <summary>
    /// How often the function is called on this way, by the stage in which the call begins; null where instructions are counted.
    /// </summary>
    public long? Calls { get; init; }

    /// <summary>What is exact: calls, or instructions.</summary>
    public long Count => Calls ?? Ticks;

    /// <summary>The function that is meant.</summary>
    public string Function => Stack[(Stack.LastIndexOf(Separator) + 1)..];
}

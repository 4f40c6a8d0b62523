namespace ExitProf.Traces;

/// <summary>Instructions of one exit that were executed in one function, called on one way, in one stage.</summary>
/// <param name="Configuration">The index of the exit's configuration.</param>
/// <param name="Stage">The row of the stage table; empty where stages and functions could not be brought together.</param>
/// <param name="Stack">Functions from the outermost to the one that the instructions are of, separated by semicolons.</param>
public sealed record StackCount(int Configuration, string Stage, string Stack, long Instructions)
{
    public const char Separator = ';';

    /// <summary>The function that the instructions are of.</summary>
    public string Function => Stack[(Stack.LastIndexOf(Separator) + 1)..];
}

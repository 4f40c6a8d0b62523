namespace ExitProf.Traces;

/// <summary>How the exits of a batch are laid out; its number is that of the first format version that has it.</summary>
public enum BatchCoding
{
    /// <summary>One exit after the other (<see cref="ExitDecoder"/>).</summary>
    Rows = 1,

    /// <summary>One delta of all exits of a class after the other (<see cref="ExitColumns"/>).</summary>
    Columns = 2,
}

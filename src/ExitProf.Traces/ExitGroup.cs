namespace ExitProf.Traces;

/// <summary>The exits of one class in a batch whose deltas stand in columns.</summary>
/// <param name="Class">Index of the class, perhaps of one that the trace does not define.</param>
/// <param name="Length">Number of columns: one for each stamp.</param>
/// <param name="Count">Number of exits.</param>
public readonly record struct ExitGroup(int Class, int Length, int Count)
{
    /// <summary>Where the first value of column 0 is.</summary>
    internal int First { get; init; }

    /// <summary>From a value to that of the same exit in the next column.</summary>
    internal int Stride { get; init; }

    /// <summary>False if its exits are in the rows behind the columns, because a delta does not fit.</summary>
    internal bool InColumns { get; init; }

    /// <summary>Exits in the file, those that are not to be used included.</summary>
    internal int Stored { get; init; }
}

namespace ExitProf.Traces;

/// <summary>What ended an exit under construction.</summary>
internal enum ExitEnd : byte
{
    Entry,

    /// <summary>Another exit of the thread, without an entry between.</summary>
    NextExit,
    Loss,
    Backwards,
    Recording,
    EndOfFile,
}

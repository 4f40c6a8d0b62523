namespace ExitProf.Traces;

/// <summary>What of an exit goes into a trace.</summary>
internal enum KeptPart : byte
{
    Whole,

    /// <summary>The first and the last stamp.</summary>
    Ends,
    Nothing,
}

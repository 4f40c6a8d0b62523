namespace ExitProf.Analysis;

/// <summary>What is known of a block or an exit that explains why an exit is not complete.</summary>
[Flags]
internal enum BlockFindings : byte
{
    None = 0,

    /// <summary>The kernel lost events in the block.</summary>
    LostEvents = 1,

    /// <summary>Signals interrupted KVM_RUN in the block.</summary>
    Eintr = 2,

    /// <summary>A stamp of the exit is earlier than the one before it.</summary>
    OutOfOrder = 4,
}

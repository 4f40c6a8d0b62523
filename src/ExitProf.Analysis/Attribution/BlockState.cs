using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What has to be kept of a block while its batches come in.</summary>
internal sealed class BlockState
{
    /// <summary>Where its exits go; null if they are not used.</summary>
    public ExitSet? Exits { get; private set; }

    public int Index { get; private set; }

    public int Round { get; private set; }

    public bool Calibration { get; private set; }

    public int Announced { get; private set; }

    public int WarmUp { get; private set; }

    /// <summary>Exits from here on are cool-down.</summary>
    public int End { get; private set; }

    public BlockFindings Doubts { get; private set; }

    /// <summary>Exits that have come, warm-up included.</summary>
    public long Seen { get; set; }

    /// <summary>Begins another block.</summary>
    public void Begin(Block block, ExitSet? exits)
    {
        (Exits, Index, Round, Calibration) = (exits, block.Index, block.Round, block.Calibration);
        (Announced, WarmUp, End, Seen) = (block.Exits, block.WarmUp, block.Exits - block.CoolDown, 0);
        Doubts = (block.LostEvents > 0 ? BlockFindings.LostEvents : BlockFindings.None)
            | (block.Eintr > 0 ? BlockFindings.Eintr : BlockFindings.None);
    }
}

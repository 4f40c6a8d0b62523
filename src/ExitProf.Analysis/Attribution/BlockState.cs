using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What has to be kept of a block while its batches come in, and to say afterwards whether all came.</summary>
/// <param name="exits">Where its exits go; null if they are not used.</param>
internal sealed class BlockState(Block block, ExitSet? exits)
{
    public ExitSet? Exits { get; } = exits;

    public int Round { get; } = block.Round;

    public bool Calibration { get; } = block.Calibration;

    public int Announced { get; } = block.Exits;

    public int WarmUp { get; } = block.WarmUp;

    /// <summary>Exits from here on are cool-down.</summary>
    public int End { get; } = block.Exits - block.CoolDown;

    public BlockFindings Doubts { get; } =
        (block.LostEvents > 0 ? BlockFindings.LostEvents : BlockFindings.None)
        | (block.Eintr > 0 ? BlockFindings.Eintr : BlockFindings.None);

    /// <summary>Exits that have come, warm-up included.</summary>
    public long Seen { get; set; }
}

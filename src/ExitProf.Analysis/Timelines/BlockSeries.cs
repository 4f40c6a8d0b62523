using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The blocks of a trace in the order of time. When there are very many, neighbours of one configuration and one set of events become one:
/// the memory is bounded, however long the recording.
/// </summary>
internal sealed class BlockSeries
{
    /// <summary>More are never kept: a picture has fewer pixels.</summary>
    private const int Most = 8192;

    private readonly Dictionary<(int, bool), TimedBlock> open = [];
    private List<TimedBlock> blocks = [];

    /// <summary>Blocks behind each entry.</summary>
    internal int Together { get; private set; } = 1;

    /// <param name="block">One of those that figures are made of, with a median.</param>
    internal void Add(Block block, bool traced)
    {
        if (!(block.MedianCycles > 0 && block.MedianCycles < 1e18) || block.EndTsc < block.StartTsc) return;
        Take(new TimedBlock(block.Configuration, traced, block.Round, block.StartTsc, block.EndTsc, block.MedianCycles, 1));
    }

    /// <summary>All blocks, the incomplete groups at the end included.</summary>
    internal IEnumerable<TimedBlock> All => blocks.Concat(open.Values).OrderBy(b => b.Start);

    private void Take(TimedBlock block)
    {
        var key = (block.Configuration, block.Traced);
        TimedBlock all = open.Remove(key, out TimedBlock? before) ? Joined(before, block) : block;
        if (all.Blocks < Together)
        {
            open.Add(key, all);
            return;
        }
        blocks.Add(all);
        if (blocks.Count < Most) return;
        List<TimedBlock> single = blocks;
        blocks = [];
        Together *= 2;
        foreach (TimedBlock one in single) Take(one);
    }

    private static TimedBlock Joined(TimedBlock first, TimedBlock second) => first with
    {
        End = second.End,
        Median = (first.Median * first.Blocks + second.Median * second.Blocks) / (first.Blocks + second.Blocks),
        Blocks = first.Blocks + second.Blocks,
    };
}

using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The blocks of a trace. One whose exits have all come is added up and forgotten when the next begins, so that their number costs no
/// memory; those that miss some are kept, because the rest may come.
/// </summary>
internal sealed class BlockStates
{
    /// <summary>Those that miss exits; the last one is not among them.</summary>
    private readonly Dictionary<int, BlockState> open = [];
    private BlockState? last;
    private BlockState? free;
    private int highest = -1;
    private long calibration;
    private long unused;
    private long missing;

    public int Count { get; private set; }

    /// <summary>Exits that only served to find the signature.</summary>
    public long Calibration => calibration + Kept.Where(b => b.Calibration).Sum(b => b.Seen);

    /// <summary>Other exits that no table uses.</summary>
    public long Unused => unused + Kept.Where(b => !b.Calibration && b.Exits is null).Sum(b => b.Seen);

    /// <summary>Exits that were announced and did not come.</summary>
    public long Missing => missing + Kept.Sum(b => Math.Max(0, b.Announced - b.Seen));

    /// <summary>Exits that came and were not announced.</summary>
    public long Surplus { get; private set; }

    private IEnumerable<BlockState> Kept => last is null ? open.Values : open.Values.Append(last);

    /// <returns>False if the number is taken; numbers rise.</returns>
    public bool TryAdd(Block block, ExitSet? exits)
    {
        if (block.Index <= highest) return false;
        highest = block.Index;
        Settle();
        last = free ?? new BlockState();
        free = null;
        last.Begin(block, exits);
        Count++;
        return true;
    }

    /// <summary>Books a batch on its block.</summary>
    /// <returns>The block, or null if its exits belong to none or are more than it has.</returns>
    public BlockState? Take(in ExitBatch batch)
    {
        BlockState? block = last is not null && last.Index == batch.Block ? last : open.GetValueOrDefault(batch.Block);
        if (block is null)
        {
            // Its own exits had all come.
            if (Had(batch.Block)) Surplus += batch.Count;
            return null;
        }
        long surplus = Math.Max(0, block.Seen + batch.Count - block.Announced) - Math.Max(0, block.Seen - block.Announced);
        Surplus += surplus;
        block.Seen += batch.Count;
        return block;
    }

    /// <summary>Whether such a block, or one after it, has come.</summary>
    public bool Had(int index) => index <= highest;

    /// <summary>Adds other blocks of the same trace.</summary>
    public void Absorb(BlockStates other)
    {
        foreach (BlockState block in other.Kept) open.Add(block.Index, block);
        calibration += other.calibration;
        unused += other.unused;
        missing += other.missing;
        Surplus += other.Surplus;
        Count += other.Count;
    }

    /// <summary>Adds the counts of another trace.</summary>
    public void Join(BlockStates other)
    {
        calibration += other.Calibration;
        unused += other.Unused;
        missing += other.Missing;
        Surplus += other.Surplus;
        Count += other.Count;
    }

    public void Save(SumsWriter to)
    {
        foreach (long number in (ReadOnlySpan<long>)[Count, Calibration, Unused, Missing, Surplus]) to.Number(number);
    }

    /// <summary>Takes over what was saved: the blocks themselves are gone.</summary>
    public void Restore(SumsReader from)
    {
        Count = from.Small();
        (calibration, unused, missing, Surplus) = (from.Number(), from.Number(), from.Number(), from.Number());
    }

    private void Settle()
    {
        if (last is null) return;
        if (last.Seen != last.Announced)
        {
            open.Add(last.Index, last);
            return;
        }
        if (last.Calibration) calibration += last.Seen;
        else if (last.Exits is null) unused += last.Seen;
        free = last;
    }
}

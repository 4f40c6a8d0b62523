using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Takes out of a trace, as it is read or recorded, what an interleaved comparison needs: a line for each block of a quad.
/// </summary>
/// <param name="shared">Columns that others decode the same batches into; <see cref="SharingSink"/> calls all of them.</param>
public sealed class QuadAnalysis(ExitColumns? shared = null) : ITraceSink
{
    /// <summary>Configurations 0 and 1 are the sides.</summary>
    private const int New = 1;

    private readonly QuadSeries untraced = new();
    private readonly QuadSeries traced = new();
    private readonly OpenQuad open = new();
    private readonly List<double> loops = [];
    private TraceHeader? header;
    private BlockStages? stages;
    private Block? block;
    private ulong? begin;
    private long seen;
    private bool damaged;

    /// <exception cref="InvalidOperationException">The trace has not begun.</exception>
    public TraceHeader TraceHeader => header ?? throw new InvalidOperationException("a trace begins with its header");

    /// <summary>True as soon as there is something to judge.</summary>
    public bool HasQuads => untraced.Count > 0;

    /// <summary>In the order of time; without kernel events, stages come out of these too.</summary>
    internal QuadSeries Untraced => untraced;

    internal QuadSeries ForStages => TraceHeader.Groups == EventGroups.None ? untraced : traced;

    /// <summary>The quantiles of whole untraced exits.</summary>
    internal QuadQuantiles Quantiles { get; } = new();

    /// <summary>Number of a stage or step in the blocks; -1 if none has it.</summary>
    internal int StageNumber(string key) => stages!.Find(key);

    /// <summary>Medians of the loop around an emulated guest's exits.</summary>
    internal IReadOnlyList<double> Loops => loops;

    /// <summary>Quads that miss a block or whose blocks have no median.</summary>
    internal long Incomplete { get; private set; }

    /// <summary>From the beginning of the first quad to the end of the last block, in seconds.</summary>
    internal double Seconds { get; private set; }

    public void Header(TraceHeader header)
    {
        this.header = header;
        stages = new BlockStages(header, shared);
    }

    public void Class(ExitClass exitClass) => stages!.Add(exitClass);

    public void Block(Block block)
    {
        EndBlock();
        if (this.block is { Quad: >= 0 } last && last.Quad != block.Quad) EndQuad();
        this.block = block;
        seen = 0;
        damaged = false;
    }

    public void Exits(in ExitBatch batch)
    {
        if (block is not { Quad: >= 0 } current || batch.Block != current.Index || current.Configuration > New) return;
        bool forStages = current.Events == TraceHeader.Groups, untracedBlock = current.Events == EventGroups.None;
        if (!forStages && !untracedBlock) return;
        int skip = (int)Math.Clamp(current.WarmUp - seen, 0, batch.Count);
        seen += batch.Count;
        int leave = (int)Math.Clamp(Math.Min(seen, current.Exits) - (current.Exits - current.CoolDown), 0, batch.Count - skip);
        try
        {
            if (untracedBlock) stages!.Totals(batch, skip, leave, Quantiles.Open(current.Configuration == New));
            if (forStages) stages!.Add(batch, skip, leave);
        }
        catch (FormatException)
        {
            // The analysis of the whole trace counts it; the stages of this block would be those of its first exits only.
            damaged = true;
        }
    }

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals) => Finish();

    /// <summary>Closes what is open: call it where the trace may have no end.</summary>
    internal void Finish()
    {
        EndBlock();
        if (block is { Quad: >= 0 }) EndQuad();
        block = null;
    }

    private void EndBlock()
    {
        if (block is not { } ended) return;
        if (ended.Quad < 0)
        {
            if (
                !ended.Calibration
                && ended.Configuration < TraceHeader.Configurations.Length
                && TraceHeader.Configurations[ended.Configuration].IsEmptyLoop
                && ended.MedianCycles > 0
            )
                loops.Add(ended.MedianCycles);
            return;
        }
        begin ??= ended.StartTsc;
        Seconds = (ended.EndTsc - begin.Value) / (double)TraceHeader.Clock.Hertz;
        // With events lost or exits missing it is not known which ones are left.
        bool whole = ended.Events == TraceHeader.Groups && ended.LostEvents == 0 && seen == ended.Exits && !damaged;
        var line = new OpenBlock(
            ended.Configuration == New, ended.Used, ended.Configuration <= New ? ended.MedianCycles : double.NaN);
        // vCPUs that exit at once are one measurement: their blocks stand in one place of the quad.
        if (ended.Vcpu > 0 && open.Count > 0) open.Join(line, ended.Vcpu, whole ? stages : null);
        else open.Add(line, whole ? stages : null);
        stages!.Clear();
    }

    private void EndQuad()
    {
        bool whole = open.IsWhole;
        if (block!.Events == EventGroups.None) Quantiles.EndQuad(whole);
        if (!whole) Incomplete++;
        else if (block.Events == EventGroups.None) untraced.Add(open);
        else if (block.Events == TraceHeader.Groups) traced.Add(open);
        open.Clear();
    }
}

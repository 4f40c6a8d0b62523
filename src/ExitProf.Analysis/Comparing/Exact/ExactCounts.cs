using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Counts exits of a software CPU by their exact number of instructions. Such an exit takes the same path each time, so the most frequent
/// count is the exit, and rare others are those that a timer interrupted; a mean would mix the two.
/// </summary>
internal sealed class ExactCounts : ITraceSink
{
    private readonly Dictionary<int, Block> blocks = [];
    private readonly List<ExitClass> classes = [];
    private readonly Dictionary<int, long> seen = [];
    private readonly Dictionary<(int Configuration, long Total), long> untraced = [];
    private readonly Dictionary<(int Configuration, int Class, string Steps), (long Exits, long[] Steps)> traced = [];
    private readonly ExitBuffer buffer = new();
    private byte[] lengths = [];

    public TraceHeader? TraceHeader { get; private set; }

    public void Header(TraceHeader header) => TraceHeader = header;

    public void Class(ExitClass exitClass)
    {
        // Damage may have taken the classes between.
        while (classes.Count < exitClass.Index) classes.Add(ExitClass.Lost);
        classes.Add(exitClass);
        Array.Resize(ref lengths, classes.Count);
        lengths[^1] = checked((byte)exitClass.Signature.Length);
    }

    public void Block(Block block) => blocks.TryAdd(block.Index, block);

    public void Exits(in ExitBatch batch)
    {
        if (TraceHeader is not { } header || !blocks.TryGetValue(batch.Block, out Block? block) || block.Calibration) return;
        bool withEvents = block.Events != EventGroups.None;
        if (withEvents && (block.Events != header.Groups || block.LeftOut != ExitProf.Traces.Block.AllOn)) return;
        long before = seen.GetValueOrDefault(batch.Block);
        seen[batch.Block] = before + batch.Count;
        long skip = Math.Max(0, block.WarmUp - before);
        int grain = Math.Max(1, header.Clock.Grain);
        var decoder = new ExitDecoder(batch, grain, lengths, buffer);
        while (decoder.Next())
        {
            ExitClass exitClass = classes[decoder.Class];
            if (skip-- > 0 || !exitClass.Signature.AsSpan().HasBothEnds()) continue;
            long[] steps = new long[decoder.Length - 1];
            for (int i = 1; i < decoder.Length; i++) steps[i - 1] = decoder.Wide ? decoder.Cycles[i] : decoder.Ticks[i] * (long)grain;
            if (withEvents && exitClass.Calibrated) CountSteps(block.Configuration, decoder.Class, steps);
            if (!withEvents) CountTotal(block.Configuration, steps.Sum());
        }
    }

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }

    /// <summary>The counts of untraced exits, the most frequent first; of equals the smaller one.</summary>
    public IReadOnlyList<(long Instructions, long Exits)> Totals(int configuration) =>
        [.. untraced.Where(t => t.Key.Configuration == configuration).Select(t => (t.Key.Total, t.Value))
            .OrderByDescending(t => t.Value).ThenBy(t => t.Total)];

    /// <summary>The most frequent way of a complete traced exit, step by step; null if there is none.</summary>
    public (ExitClass Class, long[] Steps)? MostFrequent(int configuration)
    {
        var of = traced.Where(t => t.Key.Configuration == configuration).OrderByDescending(t => t.Value.Exits)
            .ThenBy(t => t.Value.Steps.Sum()).Select(t => (t.Key.Class, t.Value.Steps)).ToList();
        return of.Count == 0 ? null : (classes[of[0].Class], of[0].Steps);
    }

    private void CountTotal(int configuration, long total) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(untraced, (configuration, total), out _)++;

    private void CountSteps(int configuration, int exitClass, long[] steps)
    {
        var key = (configuration, exitClass, string.Join(' ', steps));
        traced[key] = (traced.GetValueOrDefault(key).Exits + 1, steps);
    }
}

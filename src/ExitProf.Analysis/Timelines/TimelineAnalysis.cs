using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Reads a trace once more for the pictures over time. Tables need none of it, so only pages and pictures pay for it.</summary>
public sealed class TimelineAnalysis : ITraceSink
{
    /// <summary>A trace of more configurations has no maps: no page shows them.</summary>
    private const int MostMapped = 8;

    private readonly Dictionary<int, Block> blocks = [];
    private readonly Dictionary<int, long> seen = [];
    private readonly BlockSeries series = new();
    private readonly SortedDictionary<(int Configuration, bool Traced), DurationMap> maps = [];
    private readonly List<ExitClass> classes = [];
    private readonly ExitBuffer buffer = new();
    private readonly ulong[] stamps = new ulong[ExitClass.MaxStamps];
    private byte[] lengths = [];
    private TraceHeader? header;
    private ulong start = ulong.MaxValue;

    public void Header(TraceHeader header) => this.header = header;

    public void Class(ExitClass exitClass)
    {
        while (classes.Count < exitClass.Index) classes.Add(ExitClass.Lost);
        classes.Add(exitClass);
        if (classes.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, classes.Count * 2));
        lengths[exitClass.Index] = checked((byte)exitClass.Signature.Length);
    }

    public void Block(Block block)
    {
        if (header is not { Source.IsVmm: true } known || block.Calibration) return;
        if (block.Configuration < 0 || block.Configuration >= known.Configurations.Length) return;
        bool traced = block.Events == known.Groups && block.LeftOut == ExitProf.Traces.Block.AllOn && known.Groups != EventGroups.None;
        if (!traced && block.Events != EventGroups.None) return;
        if (known.Configurations[block.Configuration].IsEmptyLoop) return;
        start = Math.Min(start, block.StartTsc);
        series.Add(block, traced);
        if (known.Configurations.Length <= MostMapped) blocks.TryAdd(block.Index, block);
    }

    public void Exits(in ExitBatch batch)
    {
        if (header is null) return;
        Block? block = null;
        if (header.Source.IsVmm && !blocks.TryGetValue(batch.Block, out block)) return;
        var decoder = new ExitDecoder(batch, Math.Max(1, header.Clock.Grain), lengths.AsSpan(0, classes.Count), buffer);
        seen.TryGetValue(batch.Block, out long before);
        seen[batch.Block] = before + batch.Count;
        try
        {
            for (long i = before; decoder.Next(); i++)
            {
                decoder.CopyStamps(stamps);
                if (block is null || (i >= block.WarmUp && i < (long)block.Exits - block.CoolDown))
                    Add(classes[decoder.Class], stamps.AsSpan(0, decoder.Length), block);
            }
        }
        catch (FormatException)
        {
            // The analysis of the figures has counted the damage as a finding already.
        }
    }

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }

    /// <summary>Everything that was read.</summary>
    public Timeline Summarise()
    {
        // What a configuration costs is judged untraced, where there is such a block.
        var chosen = maps.GroupBy(m => m.Key.Configuration)
            .ToImmutableSortedDictionary(g => g.Key, g => g.OrderBy(m => m.Key.Traced).First().Value);
        ulong first = chosen.Values.Select(m => m.Start).Append(start).Min();
        return new Timeline(first == ulong.MaxValue ? 0 : first, series.Together, [.. series.All], chosen);
    }

    private void Add(ExitClass exitClass, ReadOnlySpan<ulong> times, Block? block)
    {
        if (times.Length < 2 || exitClass.Kind == ExitKind.GuestWork || times[^1] < times[0]) return;
        // A halted vCPU of a foreign machine waits for work: that is no latency.
        if (block is null && exitClass.IsHalt) return;
        // Of our own guest only exits with both of its stamps are whole.
        if (block is not null && (exitClass.Signature[0] != Stamp.GuestBefore || exitClass.Signature[^1] != Stamp.GuestAfter)) return;
        var key = (block?.Configuration ?? 0, block is not null && block.Events != EventGroups.None);
        if (!maps.TryGetValue(key, out DurationMap? map)) maps.Add(key, map = new DurationMap());
        map.Add(times[0], times[^1] - times[0]);
    }
}

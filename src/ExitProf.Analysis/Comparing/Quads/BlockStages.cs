using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Medians of the stages over the complete exits of one block, and of the steps of those that have several.</summary>
internal sealed class BlockStages(TraceHeader header)
{
    private readonly ExitBuffer buffer = new();
    private readonly List<Walk?> walks = [];
    private readonly List<List<(int Index, List<ulong> Durations)>> steps = [];
    private readonly Dictionary<string, List<ulong>> durations = [];
    private readonly List<bool> bothEnds = [];
    private byte[] lengths = [];

    public void Add(ExitClass exitClass)
    {
        Walk? walk = exitClass.Calibrated ? Walk.Of(BorderTable.Row(header, exitClass), exitClass.Signature.AsSpan()) : null;
        // The classes of a damaged trace need not come one after the other.
        while (walks.Count < exitClass.Index)
        {
            walks.Add(null);
            steps.Add([]);
        }
        walks.Add(walk);
        while (bothEnds.Count < exitClass.Index) bothEnds.Add(false);
        bothEnds.Add(exitClass.Signature.AsSpan().HasBothEnds());
        if (walks.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, walks.Count * 2));
        lengths[exitClass.Index] = checked((byte)exitClass.Signature.Length);
        steps.Add([]);
        foreach (WalkStage stage in walk?.Stages ?? [])
        {
            if (stage.State == StageState.Absent) continue;
            durations.TryAdd(stage.Name, []);
            if (stage.Steps.Length < 2) continue;
            for (int i = 0; i < stage.Steps.Length; i++)
            {
                string key = Key(stage.Name, i, stage.Steps[i].From, stage.Steps[i].To);
                durations.TryAdd(key, []);
                steps[^1].Add((stage.Steps[i].Index, durations[key]));
            }
        }
    }

    /// <summary>What a step is kept under: its place in the stage, and its ends, because another signature may have other steps there.</summary>
    public static string Key(string stage, int step, Stamp from, Stamp to) => $"{stage} {step} {from} {to}";

    /// <param name="skip">Exits at its beginning that are not to be used.</param>
    /// <param name="leave">Exits at its end that are not to be used.</param>
    /// <exception cref="FormatException">The batch is damaged.</exception>
    public void Add(in ExitBatch batch, int skip, int leave = 0)
    {
        int grain = Math.Max(1, header.Clock.Grain);
        var decoder = new ExitDecoder(batch, grain, lengths.AsSpan(0, walks.Count), buffer);
        decoder.LeaveOut(leave);
        Span<double> at = stackalloc double[ExitClass.MaxStamps + 1];
        while (decoder.Next())
        {
            if (skip-- > 0 || walks[decoder.Class] is not { } walk) continue;
            at[0] = 0;
            bool ordered = true;
            for (int i = 1; i < decoder.Length; i++)
            {
                long delta = decoder.Wide ? decoder.Cycles[i] : decoder.Ticks[i] * (long)grain;
                ordered &= delta >= 0;
                at[i] = at[i - 1] + delta;
            }
            if (!ordered) continue;
            foreach (WalkStage stage in walk.Stages)
            {
                if (stage.State == StageState.Absent) continue;
                double cycles = 0;
                foreach (WalkStep step in stage.Steps) cycles += at[step.Index + 1] - at[step.Index];
                durations[stage.Name].Add((ulong)cycles);
            }
            foreach ((int index, List<ulong> own) in steps[decoder.Class]) own.Add((ulong)(at[index + 1] - at[index]));
        }
    }

    /// <summary>Whole exits, first stamp to last, in cycles.</summary>
    /// <inheritdoc cref="Add(in ExitBatch, int, int)"/>
    public void Totals(in ExitBatch batch, int skip, int leave, List<double> cycles)
    {
        int grain = Math.Max(1, header.Clock.Grain);
        var decoder = new ExitDecoder(batch, grain, lengths.AsSpan(0, walks.Count), buffer);
        decoder.LeaveOut(leave);
        while (decoder.Next())
        {
            if (skip-- > 0 || !bothEnds[decoder.Class]) continue;
            double total = 0;
            for (int i = 1; i < decoder.Length; i++) total += decoder.Wide ? decoder.Cycles[i] : decoder.Ticks[i] * (long)grain;
            if (total > 0) cycles.Add(total);
        }
    }

    /// <summary>Ends the block: the median of each stage and step that it has, and of how many exits.</summary>
    public Dictionary<string, (double Median, int Exits)> Take()
    {
        var medians = new Dictionary<string, (double, int)>();
        foreach ((string name, List<ulong> values) in durations)
        {
            if (values.Count == 0) continue;
            medians.Add(name, (GroupedMedian.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values), Math.Max(1, header.Clock.Grain)), values.Count));
            values.Clear();
        }
        return medians;
    }
}

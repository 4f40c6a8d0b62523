using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Medians of the stages over the complete exits of one block, and of the steps of those that have several.</summary>
internal sealed class BlockStages(TraceHeader header)
{
    private readonly ExitBuffer buffer = new();
    private readonly List<Walk?> walks = [];
    private readonly List<IReadOnlyList<(int Index, Durations Durations)>> steps = [];
    private readonly List<IReadOnlyList<(WalkStage Stage, Durations Durations)>> stages = [];
    private readonly Dictionary<string, Durations> durations = [];

    /// <summary>Those that have values in this block: there may be very many that have none.</summary>
    private readonly List<Durations> filled = [];
    private readonly List<bool> bothEnds = [];
    private byte[] lengths = [];

    public void Add(ExitClass exitClass)
    {
        Walk? walk = exitClass.Calibrated ? Walk.Of(BorderTable.Row(header, exitClass), exitClass.Signature.AsSpan()) : null;
        // The classes of a damaged trace need not come one after the other.
        while (walks.Count < exitClass.Index) AddWalk(null);
        AddWalk(walk);
        while (bothEnds.Count < exitClass.Index) bothEnds.Add(false);
        bothEnds.Add(exitClass.Signature.AsSpan().HasBothEnds());
        if (walks.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, walks.Count * 2));
        lengths[exitClass.Index] = checked((byte)exitClass.Signature.Length);
    }

    private void AddWalk(Walk? walk)
    {
        walks.Add(walk);
        var ofStages = new List<(WalkStage, Durations)>();
        var ofSteps = new List<(int, Durations)>();
        foreach (WalkStage stage in walk?.Stages ?? [])
        {
            if (stage.State == StageState.Absent) continue;
            ofStages.Add((stage, Of(stage.Name)));
            if (stage.Steps.Length < 2)
                continue;
            for (int i = 0; i < stage.Steps.Length; i++)
                ofSteps.Add((stage.Steps[i].Index, Of(Key(stage.Name, i, stage.Steps[i].From, stage.Steps[i].To))));
        }
        // Most classes of a trace with very many of them have none: an empty list of their own each would be most of the memory.
        stages.Add(ofStages.Count == 0 ? [] : ofStages);
        steps.Add(ofSteps.Count == 0 ? [] : ofSteps);
    }

    private Durations Of(string name)
    {
        if (!durations.TryGetValue(name, out Durations? known)) durations.Add(name, known = new Durations(name));
        return known;
    }

    private void Count(Durations durations, ulong cycles)
    {
        if (durations.Values.Count == 0) filled.Add(durations);
        durations.Values.Add(cycles);
    }

    /// <summary>
    /// What a step is kept under: its place in the stage, and its ends, because another signature may have other steps there.
    /// </summary>
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
            if (skip-- > 0 || walks[decoder.Class] is null) continue;
            at[0] = 0;
            bool ordered = true;
            for (int i = 1; i < decoder.Length; i++)
            {
                long delta = decoder.Wide ? decoder.Cycles[i] : decoder.Ticks[i] * (long)grain;
                ordered &= delta >= 0;
                at[i] = at[i - 1] + delta;
            }
            if (!ordered) continue;
            foreach ((WalkStage stage, Durations own) in stages[decoder.Class])
            {
                double cycles = 0;
                foreach (WalkStep step in stage.Steps) cycles += at[step.Index + 1] - at[step.Index];
                Count(own, (ulong)cycles);
            }
            foreach ((int index, Durations own) in steps[decoder.Class]) Count(own, (ulong)(at[index + 1] - at[index]));
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
        foreach (Durations of in filled)
        {
            medians.Add(
                of.Name,
                (
                    GroupedMedian.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(of.Values), Math.Max(1, header.Clock.Grain)),
                    of.Values.Count
                )
            );
            of.Values.Clear();
        }
        filled.Clear();
        return medians;
    }

    /// <summary>The durations of one stage or step in the block under way.</summary>
    private sealed record Durations(string Name)
    {
        public List<ulong> Values { get; } = [];
    }
}

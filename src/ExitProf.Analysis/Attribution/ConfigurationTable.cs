using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Makes one configuration's table out of its exit sets.</summary>
internal sealed class ConfigurationTable
{
    private readonly TraceHeader header;
    private readonly Configuration configuration;
    private readonly ExitSetChoice choice;
    private readonly IReadOnlyDictionary<EventGroups, ExitSet> sets;
    private readonly IReadOnlyList<ExitClass> classes;
    private readonly int grain;
    private readonly ExitSet? source;
    private readonly bool sourceIsTraced;

    /// <summary>The exits that the stages are made of; null if none has the host's own signature.</summary>
    private readonly Tally? complete;
    private readonly TallyKey main;
    private readonly ExitSetTotal total;
    private readonly ExitSetTotal untraced;
    private readonly EmptyLoop? loop;
    private readonly EmptyLoop? withoutExits;
    private readonly RoundMedians? medians;
    private readonly RoundMedians? loopMedians;
    private readonly EventCosts costs;

    /// <param name="leftOut">What is known of single events.</param>
    /// <param name="emptyLoop">The loop around an emulated guest's exits; null if none was recorded.</param>
    public ConfigurationTable(
        TraceHeader header, Configuration configuration, ExitSetChoice choice, ExitSetChoice? emptyLoop,
        IReadOnlyList<ExitClass> classes, LeftOutEvents leftOut)
    {
        (this.header, this.configuration, this.choice, this.classes) = (header, configuration, choice, classes);
        sets = choice.Sets;
        grain = Math.Max(1, header.Clock.Grain);
        var traced = header.Groups == EventGroups.None ? null : sets.GetValueOrDefault(header.Groups);
        sourceIsTraced = traced is { Tallies.Count: > 0 };
        source = sourceIsTraced ? traced : sets.GetValueOrDefault(EventGroups.None);

        // The order of ties must not depend on the order of blocks.
        Tally[] ranked = [.. (source?.Tallies ?? [])
            .OrderByDescending(t => t.Key.Calibrated).ThenByDescending(t => t.Exits)
            .ThenBy(t => (t.Key.Kind, t.Key.Destination, t.Key.BothEnds))
            .ThenBy(t => string.Join(' ', t.Key.Signature.Select(s => s.Name())), StringComparer.Ordinal)];
        complete = ranked is [{ Key.Calibrated: true } first, ..] ? first : null;
        main = ranked.FirstOrDefault()?.Key ?? new TallyKey(ExitKind.Unknown, Destination.Kernel, BothEnds: true, []);
        EmptyLoop? measured = emptyLoop?.Sets.GetValueOrDefault(EventGroups.None) is { } turns ? EmptyLoop.Of(turns, grain) : null;
        // Of guest work it is the work itself, which is what the figures are of.
        if (main.Kind == ExitKind.GuestWork) withoutExits = measured;
        else loop = measured;
        medians = sets.GetValueOrDefault(EventGroups.None)?.Medians;
        loopMedians = emptyLoop?.Sets.GetValueOrDefault(EventGroups.None)?.Medians;
        total = new ExitSetTotal(source, main, grain);
        untraced = new ExitSetTotal(sets.GetValueOrDefault(EventGroups.None), main, grain);
        costs = new EventCosts(header, main.Signature, s => Less(leftOut.Without(s)),
            g => Less(sets.GetValueOrDefault(header.Groups & ~g)), leftOut.Counted);
        long completeExits = complete?.Exits ?? 0;
        Incomplete = CountIncomplete();
        Traced = new TracedCounts(
            sourceIsTraced ? total.Exits : 0,
            sourceIsTraced ? completeExits : 0,
            IncompleteCause.All.ToImmutableSortedDictionary(
                c => c, c => sourceIsTraced ? Incomplete.GetValueOrDefault(c) : 0, StringComparer.Ordinal));
    }

    public long UntracedExits => untraced.Exits;

    public TracedCounts Traced { get; }

    /// <summary>
    /// An emulated guest of which only its own two stamps were recorded: the one step between them is the whole turn, the loop around the
    /// exit included, which costs as much as the exit. It is no stage.
    /// </summary>
    private bool WholeTurn => !header.Native && complete is { Key.Signature.Length: 2 };

    /// <summary>Exits of the table's exit set that are not in its stages, by cause.</summary>
    private Dictionary<string, long> Incomplete { get; }

    public ConfigurationSummary Summarise(List<Finding> findings)
    {
        var doubts = new ConfigurationFindings(header, configuration, findings);
        var all = new ExitSetTotal(choice.All.GetValueOrDefault(EventGroups.None)?.Union(), main, grain);
        doubts.ReportPreempted(choice, untraced.Mean.Value, all.Mean.Value);
        doubts.ReportExits(source, sets.Values, main, complete, Incomplete, sourceIsTraced);

        IReadOnlyList<StageSummary> stages = Stages();
        double completeMean = complete is null ? double.NaN : complete.Rounds.Rows.Sum(r => r.Cycles) / complete.Exits;
        Histogram? fromDecode = complete is { Walk.Loop.IsEmpty: false } ? complete.WalkTotal : null;
        double fromDecodeMean = stages.Where(s => s.State != StageState.Absent).Sum(s => s.Cycles.Mean);
        var incomplete = new IncompleteSummary(total.Exits - (complete?.Exits ?? 0), total.Mean.Value - completeMean);
        Identity? identity = header.Native && sourceIsTraced && complete is { Walk.TotalOnly: not true }
            ? Identity.Of(header, total, untraced, Without, complete, costs)
            : null;
        if (header.ProbeFloor > 0) doubts.ReportNegative(stages);
        if (sourceIsTraced && costs.HeadsAreAssumed && stages.Any(s => s.State != StageState.Absent)) doubts.ReportHeads();
        doubts.ReportEmulated(loop?.Mean.Estimate(StageFigures.Confidence));
        if (complete is not { Walk.TotalOnly: true }) doubts.ReportIdentity(identity, untraced, total, sourceIsTraced);

        ImmutableArray<StampCount> stamps = StampsPerExit.Of(source, main, classes);
        var summary = new ConfigurationSummary(
            configuration,
            header.Native,
            fromDecode is null ? total.Quantiles : Distribution.Quantiles(fromDecode, grain, fromDecodeMean),
            Untraced(),
            [.. stages],
            incomplete,
            identity?.ProbeIndirect,
            identity?.Unattributed,
            !sourceIsTraced ? [] : fromDecode is null ? [.. total.Curve] : [.. Distribution.Curve(fromDecode, grain)],
            [.. loop?.Off(untraced.Curve) ?? untraced.Curve])
        {
            EmptyLoop = loop?.Mean.Estimate(StageFigures.Confidence),
            Kind = main.Kind,
            StampCounts = stamps,
            ExitsToVmm = total.Exits == 0 || main.Kind is ExitKind.GuestWork or ExitKind.VmmCall
                ? double.NaN
                : stamps.FirstOrDefault(s => s.Stamp == Stamp.RunReturned).PerExit,
            Cost = Cost(),
            UserspaceCost = UserspaceCost(),
            Work = Work(),
        };
        if (header.Clock.IsTime) return summary;
        if (untraced.Exits > 0) doubts.ReportOtherCounts(untraced.Exits - untraced.Common.Exits, untraced.Exits);
        return ExactFigures.Of(summary, untraced);
    }

    /// <summary>The table in rows that add up over traces.</summary>
    /// <param name="summary">The summary of this table.</param>
    public IEnumerable<StateRow> States(ConfigurationSummary summary) =>
        ConfigurationStates.Of(summary, header, (total, untraced), complete, loop?.Mean);

    private IReadOnlyList<StageSummary> Stages()
    {
        if (complete is not { Walk: { } walk } || WholeTurn) return [];
        double whole = untraced.Exits == 0 ? double.NaN
            : header.Clock.IsTime ? untraced.Mean.Value - (loop?.Mean.Value ?? 0)
            : untraced.Common.Total;
        return [.. walk.Stages.Select(s => StageFigures.Of(s, complete, header, costs, grain, whole))];
    }

    private WorkSummary? Work()
    {
        if (main.Kind != ExitKind.GuestWork || Cost() is not { } unit) return null;
        RoundCost? own = withoutExits is { } without ? new RoundCost((1, without.Mean)) : null;
        return WorkSummary.Of(main.Unit, unit, own, StageFigures.Confidence);
    }

    private UntracedSummary? Untraced()
    {
        if (untraced.Exits == 0) return null;
        if (loop is null) return new UntracedSummary(untraced.Quantiles, untraced.Mean.Estimate(StageFigures.Confidence));
        Estimate withoutLoop = RoundMean.Contrast(StageFigures.Confidence, (1, untraced.Mean), (-1, loop.Mean));
        return new UntracedSummary(loop.Off(untraced.Quantiles), withoutLoop);
    }

    private RoundCost? Cost()
    {
        if (untraced.Exits == 0) return null;
        if (loop is not null) return new RoundCost(
            loopMedians is { } turns ? medians?.Less(turns) : null, (1, untraced.Mean), (-1, loop.Mean));
        var cost = new RoundCost(medians, (1, untraced.Mean));
        // A unit of guest work is long enough for a timer to fall into each: it has no count of its own.
        return header.Clock.IsTime || main.Kind == ExitKind.GuestWork ? cost : cost.Exactly(untraced.Common.Total);
    }

    /// <summary>The VMM stamps both ends of its own stage, so exits without kernel events have it too.</summary>
    private RoundCost? UserspaceCost()
    {
        Tally? tally = sets.GetValueOrDefault(EventGroups.None)?.Tallies.Where(t => t.Key.BelongsTo(main)).MaxBy(t => t.Exits);
        WalkStage? stage = tally?.Walk?.Stages.FirstOrDefault(s => s.Stages is [Stage.Userspace] && s.State != StageState.Absent);
        if (tally is null || stage is null) return null;
        var mean = new RoundMean();
        foreach (RoundSums sums in tally.Rounds.Rows) mean.Add(sums.Round, sums.Exits, stage.Steps.Sum(s => sums.Step(s.Index)));
        var cost = new RoundCost((1, mean));
        return header.Clock.IsTime ? cost : cost.Exactly(tally.Stage(stage).Common().Value * grain);
    }

    /// <summary>What a traced exit costs more than one of another set; NaN if there is none, or if it is not certain enough.</summary>
    private double Less(ExitSet? other)
    {
        var rest = new ExitSetTotal(other, main, grain);
        if (rest.Exits == 0 || total.Exits == 0) return double.NaN;
        if (!header.Clock.IsTime) return total.CommonWithEvents - rest.CommonWithEvents;
        Estimate less = RoundMean.Contrast(StageFigures.Confidence, (1, total.Mean), (-1, rest.Mean));
        // Where other load makes it less certain than half an event, the floor of one is nearer to the truth.
        return less.High - less.Low < header.ProbeFloor ? less.Mean : double.NaN;
    }

    private ExitSetTotal Without(EventGroups group) => new(sets.GetValueOrDefault(header.Groups & ~group), main, grain);

    private Dictionary<string, long> CountIncomplete()
    {
        var counts = new Dictionary<string, long>();
        if (source is null) return counts;
        var expected = complete is null ? [] : main.Signature;
        foreach (var ((index, doubts), exits) in source.Irregular)
        {
            if ((TallyKey.Of(classes[index]) with { Signature = [] }).BelongsTo(main)) Add(classes[index].Signature, doubts, exits);
        }
        // Another signature that calibration found for the same kind of exit: it has a walk, but not this one.
        foreach (Tally other in source.Tallies.Where(t => t.Key.Calibrated && t != complete && t.Key.BelongsTo(main)))
        {
            for (int i = 0; i < other.ExitsByDoubts.Count; i++) Add(other.Key.Signature, (BlockFindings)i, other.ExitsByDoubts[i]);
        }
        return counts;

        void Add(ImmutableArray<Stamp> signature, BlockFindings doubts, long exits)
        {
            if (exits == 0) return;
            string cause = IncompleteCause.Of(signature.AsSpan(), expected.AsSpan(), doubts);
            counts[cause] = counts.GetValueOrDefault(cause) + exits;
        }
    }
}

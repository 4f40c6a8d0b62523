using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What an analysis has added up, to be kept in a file or added to that of another trace.</summary>
public sealed partial class TraceAnalysis
{
    /// <summary>
    /// True if <see cref="Save"/> keeps all that a report shows: not of foreign machines, of quads, of exits of several origins, and of
    /// emulated hosts, whose report has the identity of all that was recorded.
    /// </summary>
    internal bool CanBeKept => HasSumsOnly && Known().Clock.IsTime;

    private bool HasSumsOnly => !SeveralOrigins && Known() is { Source.IsVmm: true } and not { Looks: > 0, Configurations.Length: > 1 };

    /// <summary>Adds the exits of another trace of the same scenario and configurations, as if it had been recorded later.</summary>
    internal void Join(TraceAnalysis other)
    {
        Settle();
        other.Settle();
        header = Both(Known(), ExitCount, other.Known(), other.ExitCount);
        // Each was recorded at a time of its own.
        outer = null;
        var known = new Dictionary<ExitClass, int>();
        foreach (ExitClass own in classes.Where(c => c != ExitClass.Lost)) known.TryAdd(own with { Index = 0 }, own.Index);
        var numbers = new Dictionary<int, int>();
        foreach (ExitClass theirs in other.classes.Where(c => c != ExitClass.Lost))
        {
            if (!known.TryGetValue(theirs with { Index = 0 }, out int own)) Class(theirs with { Index = own = classes.Count });
            numbers.Add(theirs.Index, own);
        }
        while (halvings < other.halvings) Halve();
        while (other.halvings < halvings) other.Halve();
        int later = All.Select(s => s.NextRound).DefaultIfEmpty().Max();
        Join(sets, other.sets, key => HasStages(key.Events));
        Join(withoutEvents, other.withoutEvents, _ => false);
        blocks.Join(other.blocks);
        doubts.Absorb(other.doubts);
        AddFindings(recorded, other.recorded);
        while (All.Any(s => s.MostRounds > MostRounds || s.Medians.Count > MostRounds)) Halve();

        void Join<T>(Dictionary<T, ExitSetPair> all, Dictionary<T, ExitSetPair> more, Func<T, bool> stages)
            where T : notnull
        {
            foreach ((T key, ExitSetPair pair) in more)
            {
                if (!all.TryGetValue(key, out ExitSetPair? own)) all.Add(key, own = new ExitSetPair(Known(), stages(key)));
                own.Undisturbed.Absorb(pair.Undisturbed, later, i => numbers[i]);
                own.Preempted.Absorb(pair.Preempted, later, i => numbers[i]);
            }
        }
    }

    internal TraceHeader TraceHeader => Known();

    /// <summary>The header of two recordings: what both hosts have in common, floors as means over their exits.</summary>
    private static TraceHeader Both(TraceHeader first, long exits, TraceHeader second, long more)
    {
        double weight = exits + more > 0 ? more / (double)(exits + more) : 0;
        return first with
        {
            ProbeFloor = first.ProbeFloor + (second.ProbeFloor - first.ProbeFloor) * weight,
            StepFloor = first.StepFloor + (second.StepFloor - first.StepFloor) * weight,
            StartUtc = first.StartUtc < second.StartUtc ? first.StartUtc : second.StartUtc,
            Host = [.. first.Host.Intersect(second.Host)],
        };
    }

    /// <summary>Adds findings: those of one kind and subject are one, with the first one's sentence.</summary>
    private static void AddFindings(List<Finding> all, List<Finding> more)
    {
        foreach (Finding finding in more)
        {
            int same = all.FindIndex(f => (f.Severity, f.Id, f.Subject) == (finding.Severity, finding.Id, finding.Subject));
            if (same < 0) all.Add(finding);
            else all[same] = all[same] with { Count = all[same].Count + finding.Count };
        }
    }

    /// <summary>Exits of all tallies.</summary>
    private long ExitCount => All.Sum(s => s.Exits);

    /// <summary>True if sums are all that it has.</summary>
    internal bool CanBeJoined => HasSumsOnly && stacks.Count == 0 && costs.Count == 0;

    /// <summary>Tells what was read beside blocks and exits, in the order of a trace.</summary>
    internal void Describe(ITraceSink to)
    {
        to.Header(Known());
        foreach (ExitClass exitClass in classes.Where(c => c != ExitClass.Lost)) to.Class(exitClass);
        foreach (Finding finding in recorded) to.Finding(finding);
        foreach (StackCount stack in stacks) to.Stack(stack);
        foreach (EventCost cost in costs) to.EventCost(cost);
    }

    /// <summary>Writes the sums of blocks and exits.</summary>
    internal void Save(SumsWriter to)
    {
        Settle();
        var classOf = new Dictionary<TallyKey, int>();
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i].Signature.IsEmpty) continue;
            TallyKey key = TallyKey.Of(classes[i]);
            classOf.TryAdd(key, i);
            classOf.TryAdd(key with { Signature = [] }, i);
        }
        to.Number(halvings);
        to.Number(sets.Count);
        foreach (((int configuration, EventGroups events, int vcpu), ExitSetPair pair) in sets)
        {
            foreach (int number in (ReadOnlySpan<int>)[configuration, (int)events, vcpu]) to.Number(number);
            pair.Undisturbed.Save(to, classOf);
            pair.Preempted.Save(to, classOf);
        }
        to.Number(withoutEvents.Count);
        foreach (((int configuration, Stamp stamp), ExitSetPair pair) in withoutEvents)
        {
            foreach (int number in (ReadOnlySpan<int>)[configuration, (int)stamp]) to.Number(number);
            pair.Undisturbed.Save(to, classOf);
            pair.Preempted.Save(to, classOf);
        }
        blocks.Save(to);
        doubts.Save(to);
    }

    /// <summary>Takes over what was saved, after what <see cref="Describe"/> told: no exits follow.</summary>
    /// <exception cref="FormatException">It cannot be.</exception>
    internal void Restore(SumsReader from)
    {
        TraceHeader known = Known();
        halvings = from.Small(most: 31);
        for (int left = from.Items(bytes: 8); left > 0; left--)
        {
            var key = (Configuration(), (EventGroups)from.Small(most: byte.MaxValue), from.Small());
            var pair = new ExitSetPair(known, HasStages(key.Item2));
            if (!sets.TryAdd(key, pair)) throw new FormatException("two sets of exits are one");
            Restore(pair);
        }
        for (int left = from.Items(bytes: 8); left > 0; left--)
        {
            var pair = new ExitSetPair(known, stages: false);
            if (!withoutEvents.TryAdd((Configuration(), (Stamp)from.Small(most: byte.MaxValue)), pair))
                throw new FormatException("two sets of exits are one");
            Restore(pair);
        }
        blocks.Restore(from);
        doubts.Restore(from);
        if (!from.IsAtEnd) throw new FormatException("bytes are left over");

        int Configuration() => from.Small(most: known.Configurations.Length - 1);
        void Restore(ExitSetPair pair)
        {
            pair.Undisturbed.Restore(from, classes);
            pair.Preempted.Restore(from, classes);
        }
    }
}

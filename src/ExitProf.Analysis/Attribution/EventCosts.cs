using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What each stamp of an exit costs, and how much of it comes before the clock is read. A step pays the tail of the event that opens it
/// and the head of the one that ends it; a stamp of the guest or the VMM has neither.
/// </summary>
internal sealed class EventCosts
{
    private readonly TraceHeader header;
    private readonly Dictionary<string, double> costs = [];
    private readonly Dictionary<Stamp, EventCost[]> counted;
    private readonly ImmutableArray<Stamp> signature;
    private readonly string kernel;

    /// <summary>What comes before the clock is read, by event and whether it came before: the figures of a table ask many times.</summary>
    private readonly Dictionary<(Stamp Stamp, bool Again), double> shares = [];

    /// <param name="signature">Of the exits that the stages are made of.</param>
    /// <param name="without">What an exit costs less without one event, in ticks; NaN if no block left it out.</param>
    /// <param name="withoutGroup">The same without a group of events.</param>
    /// <param name="counted">Costs that the trace itself has, to the instruction; of an event that comes several times, each.</param>
    public EventCosts(TraceHeader header, ImmutableArray<Stamp> signature, Func<Stamp, double> without,
        Func<EventGroups, double> withoutGroup, IEnumerable<EventCost> counted)
    {
        (this.header, this.signature) = (header, signature);
        this.counted = counted.GroupBy(c => c.Stamp).ToDictionary(c => c.Key, c => c.ToArray());
        kernel = header.Host.FirstOrDefault(f => f.Name == "kernel")?.Value ?? "";
        foreach (Stamp stamp in signature)
        {
            if (!stamp.IsKernelEvent()) continue;
            bool again = shares.ContainsKey((stamp, false));
            shares[(stamp, again)] = EventHeads.Share(kernel, stamp, again);
        }
        // Where nobody knows what an event costs at least, nothing of a stage is taken off.
        if (header.ProbeFloor == 0) return;
        // In time a group's own cost has what it makes slower elsewhere, too: it is an event's only beside others that were left out alone.
        bool alone = !header.Clock.IsTime || signature.Any(s => s.IsKernelEvent() && without(s) > 0);
        foreach (var group in signature.Where(s => s.IsKernelEvent()).GroupBy(s => s.Group()))
        {
            // System calls of the VMM's own are other events: a block without sys_enter lacks theirs too, nobody knows how many.
            bool mixed = group.Key == EventGroups.RawSyscalls && signature.Contains(Stamp.Other);
            var events = group.GroupBy(Event).ToList();
            foreach (var stamps in events)
            {
                double whole = events.Count == 1 && alone ? withoutGroup(group.Key) : double.NaN;
                double own = mixed ? (header.Clock.IsTime ? double.NaN : EventHeads.Cost(kernel, stamps.First()) * stamps.Count())
                    : stamps.Distinct().Select(without).FirstOrDefault(c => c > 0, whole);
                costs[stamps.Key] = own > 0 && double.IsFinite(own) ? own / stamps.Count() : header.ProbeFloor;
            }
            if (group.Key == EventGroups.RawSyscalls && !header.Clock.IsTime && !mixed) ShareSlowPath([.. group], withoutGroup(group.Key));
        }
    }

    /// <summary>
    /// A system call takes a slower way as long as either of its events is on, so leaving out one of them does not tell what that costs.
    /// Both ends have a part of it: by what they have under this kernel, or else half each. In time it is <c>probe-indirect</c>.
    /// </summary>
    private void ShareSlowPath(Stamp[] stamps, double all)
    {
        double rest = all - stamps.Sum(s => costs[Event(s)]);
        if (!(rest > 0)) return;
        double[] parts = [.. stamps.Select(s => Math.Max(0, EventHeads.Cost(kernel, s) - costs[Event(s)]))];
        double sum = parts.Sum();
        for (int i = 0; i < stamps.Length; i++) costs[Event(stamps[i])] += rest * (sum > 0 ? parts[i] / sum : 1.0 / stamps.Length);
    }

    /// <summary>
    /// True if the share that comes before the clock is read was not counted under this kernel's version but under others.
    /// </summary>
    public bool HeadsAreAssumed => costs.Count > 0 && counted.Count == 0 && (header.Clock.IsTime || !EventHeads.Has(kernel));

    public double Cost(Stamp stamp) => Cost(new Place(stamp, 0));

    /// <summary>What a step has of its events.</summary>
    public double Of(WalkStep step) => Tail(From(step)) + Head(To(step));

    /// <summary>The same if all events had this share of their cost before the clock is read.</summary>
    public double Of(WalkStep step, double share) =>
        (step.From.IsKernelEvent() ? (1 - share) * Cost(From(step)) : Tail(From(step)))
        + (step.To.IsKernelEvent() ? share * Cost(To(step)) : 0);

    private Place From(WalkStep step) => new(step.From, Before(step.From, step.Index));

    private Place To(WalkStep step) => new(step.To, Before(step.To, step.Index + 1));

    /// <summary>How often the exit had this stamp before its place in the signature.</summary>
    private int Before(Stamp stamp, int index) => index < signature.Length && signature[index] == stamp
        ? signature.AsSpan(0, index).Count(stamp) : 0;

    private double Cost(Place place) => Head(place) + Tail(place);

    private double Head(Place place) =>
        !place.Stamp.IsKernelEvent() ? 0
        : Counted(place) is { } exact ? exact.Head
        : Own(place) * Share(place);

    private double Tail(Place place) =>
        place.Stamp.IsStep() ? header.StepFloor
        : !place.Stamp.IsKernelEvent() ? 0
        : Counted(place) is { } exact ? exact.Tail
        : Own(place) * (1 - Share(place));

    private double Share(Place place) =>
        shares.TryGetValue((place.Stamp, place.Again), out double known) ? known : EventHeads.Share(kernel, place.Stamp, place.Again);

    /// <summary>Older traces have the first of several only.</summary>
    private EventCost? Counted(Place place) =>
        counted.GetValueOrDefault(place.Stamp) is { } all ? all[Math.Min(place.Earlier, all.Length - 1)] : null;

    /// <summary>
    /// Leaving an event out tells the sum of what it costs in an exit; where it comes several times and was counted to cost more in one
    /// place than in another, it does here too.
    /// </summary>
    private double Own(Place place)
    {
        double mean = costs.GetValueOrDefault(Event(place.Stamp));
        int times = signature.AsSpan().Count(place.Stamp);
        if (header.Clock.IsTime || times < 2 || mean == 0) return mean;
        int first = EventHeads.Cost(kernel, place.Stamp), later = EventHeads.Cost(kernel, place.Stamp, again: true);
        return mean + (place.Again ? later : first) - (first + (times - 1.0) * later) / times;
    }

    /// <summary>An event that has two stamps is switched as one.</summary>
    private static string Event(Stamp stamp) => stamp.Name().Split(':')[0];

    /// <param name="Earlier">How often the exit had the same stamp before.</param>
    private readonly record struct Place(Stamp Stamp, int Earlier)
    {
        public bool Again => Earlier > 0;
    }
}

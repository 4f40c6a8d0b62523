using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Turns a trace, as it is read, into a <see cref="TraceSummary"/>. It keeps sums and histograms for each configuration and set of events,
/// a few sums for each super-block, but nothing for a block or an exit: memory does not grow with their number.
/// </summary>
public sealed partial class TraceAnalysis : ITraceSink
{
    /// <summary>
    /// Rounds that are told apart, some hours of recording: where there are more, each two neighbours are put together, as often as it
    /// takes, so that memory stays flat. Their means stay what they are, and the intervals are of fewer and larger rounds.
    /// </summary>
    private const int MostRounds = 1 << 14;

    private readonly BlockStates blocks = new();
    private readonly Dictionary<(int Configuration, EventGroups Events, int Vcpu), ExitSetPair> sets = [];
    private readonly List<ExitClass> classes = [];
    private readonly List<Finding> recorded = [];
    private readonly List<StackCount> stacks = [];
    private readonly List<EventCost> costs = [];
    private OuterMachine? outer;
    private readonly Dictionary<(int Configuration, Stamp LeftOut), ExitSetPair> withoutEvents = [];
    private readonly ExitColumns columns;
    private readonly bool shared;
    private readonly ColumnScratch scratch = new();
    private readonly TraceFindings doubts = new();
    private TraceHeader? header;

    /// <summary>How often the numbers of rounds have been halved.</summary>
    private int halvings;
    private byte[] lengths = [];
    private int? vcpu;

    public TraceAnalysis() => columns = new ExitColumns();

    /// <param name="shared">Columns that others decode the same batches into; <see cref="SharingSink"/> calls all of them.</param>
    internal TraceAnalysis(ExitColumns? shared) => (columns, this.shared) = (shared ?? new ExitColumns(), shared is not null);

    /// <summary>True if exits of one kind are about several ports, leaves or addresses, or if several vCPUs made them.</summary>
    internal bool SeveralOrigins { get; private set; }

    public void Header(TraceHeader header)
    {
        if (this.header is not null) throw new InvalidOperationException("a trace has one header");
        this.header = header;
    }

    public void Class(ExitClass exitClass)
    {
        if (exitClass.Index < classes.Count)
            throw new InvalidOperationException($"class {exitClass.Index} comes after {classes.Count} others");
        SeveralOrigins |=
            exitClass.Kind != ExitKind.GuestWork
            && classes.FirstOrDefault(c => c.Kind == exitClass.Kind && c != ExitClass.Lost) is { } known
            && known.Subkey != exitClass.Subkey;
        // Damage may have taken the classes between: their exits cannot be decoded.
        while (classes.Count < exitClass.Index) classes.Add(ExitClass.Lost);
        classes.Add(exitClass);
        if (classes.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, classes.Count * 2));
        lengths[exitClass.Index] = checked((byte)exitClass.Signature.Length);
    }

    public void Block(Block block)
    {
        TraceHeader known = Known();
        doubts.Add(block);
        bool placed = block.Configuration >= 0 && block.Configuration < known.Configurations.Length;
        ExitSet? exits = placed ? Place(block, known) : null;
        if (!blocks.TryAdd(block, exits) || !placed) doubts.BadBlocks++;
        else if (exits is not null)
        {
            exits.Medians.Add(block.Round >> halvings, block.MedianCycles);
            if (exits.Medians.Count > MostRounds) Halve();
        }
    }

    public void Exits(in ExitBatch batch)
    {
        TraceHeader header = Known();
        if (blocks.Take(batch) is not { } block)
        {
            if (!blocks.Had(batch.Block)) doubts.Homeless += batch.Count;
            return;
        }
        SeveralOrigins |= batch.Vcpu != (vcpu ??= batch.Vcpu);
        if (block.Exits is null) return;
        int skip = (int)Math.Clamp(block.WarmUp - (block.Seen - batch.Count), 0, batch.Count);
        // More exits than announced are an error of their own.
        int leave = (int)Math.Clamp(Math.Min(block.Seen, block.Announced) - block.End, 0, batch.Count - skip);
        ReadOnlySpan<byte> known = lengths.AsSpan(0, classes.Count);
        int grain = Math.Max(1, header.Clock.Grain);
        if (shared) columns.DecodeShared(batch, grain, known, skip, leave);
        else columns.Decode(batch, grain, known, skip, leave);
        doubts.WarmUp += skip;
        doubts.CoolDown += leave;
        block.Exits.Add(columns, classes, block.Round >> halvings, block.Doubts, scratch);
        if (block.Exits.MostRounds > MostRounds) Halve();
        doubts.ExitsOfLostClasses += columns.Lost;
        if (columns.Damage is not null) doubts.DamagedBatches++;
    }

    public void Finding(Finding finding) => recorded.Add(finding);

    public void Stack(StackCount stack) => stacks.Add(stack);

    public void EventCost(EventCost cost) => costs.Add(cost);

    public void OuterMachine(OuterMachine machine) => outer = machine;

    public void End(TraceTotals totals) => doubts.EndedEarly |= totals.Interrupted;

    /// <summary>Adds the exits of another analysis, which has seen the same header and classes and other blocks.</summary>
    internal void Absorb(TraceAnalysis other)
    {
        Settle();
        other.Settle();
        while (halvings < other.halvings) Halve();
        while (other.halvings < halvings) other.Halve();
        Merge(sets, other.sets);
        Merge(withoutEvents, other.withoutEvents);
        blocks.Absorb(other.blocks);
        doubts.Absorb(other.doubts);
        SeveralOrigins |= other.SeveralOrigins || (vcpu is not null && other.vcpu is not null && vcpu != other.vcpu);
        vcpu ??= other.vcpu;
        while (All.Any(s => s.MostRounds > MostRounds || s.Medians.Count > MostRounds)) Halve();
    }

    private IEnumerable<ExitSet> All => sets.Values.Concat(withoutEvents.Values).SelectMany(p => (ExitSet[])[p.Undisturbed, p.Preempted]);

    /// <summary>Adds up the exits of short blocks that wait, and keeps to the number of rounds with them.</summary>
    private void Settle()
    {
        foreach (ExitSet exits in All) exits.Settle();
        while (All.Any(s => s.MostRounds > MostRounds)) Halve();
    }

    private void Halve()
    {
        halvings++;
        foreach (ExitSet exits in All) exits.Halve();
    }

    private static void Merge<T>(Dictionary<T, ExitSetPair> all, Dictionary<T, ExitSetPair> more)
        where T : notnull
    {
        foreach ((T key, ExitSetPair pair) in more)
        {
            if (all.TryAdd(key, pair)) continue;
            all[key].Undisturbed.Absorb(pair.Undisturbed);
            all[key].Preempted.Absorb(pair.Preempted);
        }
    }

    /// <summary>Everything that a report shows. The analysis may go on afterwards: a later summary has later exits too.</summary>
    /// <param name="file">Name of the trace, as it is to be shown.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="readFindings">What the reader of the file found.</param>
    /// <param name="states">Takes what its tables are made of, if it is wanted.</param>
    public TraceSummary Summarise(string file, long bytes, IEnumerable<Finding> readFindings, List<StateRow>? states = null)
    {
        Settle();
        var findings = new List<Finding>([.. recorded, .. readFindings]);
        TraceHeader known = WithPossibleFloors(Known(), findings);
        doubts.Report(known, blocks, findings);

        var configurations = ImmutableArray.CreateBuilder<ConfigurationSummary>(known.Configurations.Length);
        var traced = new TracedCounts(0, 0, IncompleteCause.All.ToImmutableSortedDictionary(c => c, _ => 0L, StringComparer.Ordinal));
        long untraced = 0;
        for (int i = 0; i < known.Configurations.Length; i++)
        {
            if (known.Configurations[i].IsEmptyLoop) continue;
            int emptyLoop = known.Configurations.IndexOf(known.Configurations[i].EmptyLoop);
            var table = new ConfigurationTable(
                known,
                known.Configurations[i],
                Choice(i),
                emptyLoop < 0 ? null : Choice(emptyLoop),
                classes,
                LeftOut(i)
            );
            ConfigurationSummary summary = table.Summarise(findings);
            configurations.Add(summary with
            {
                Vcpus = Vcpus(i, emptyLoop, known, findings),
                Functions = FunctionCount.Of(stacks.Where(s => s.Configuration == i)),
                Calls = CallTree.Of(stacks.Where(s => s.Configuration == i)),
            });
            states?.AddRange(table.States(summary));
            untraced += table.UntracedExits;
            traced = new TracedCounts(
                traced.Exits + table.Traced.Exits,
                traced.Complete + table.Traced.Complete,
                traced.IncompleteByCause.ToImmutableSortedDictionary(
                    c => c.Key,
                    c => c.Value + table.Traced.IncompleteByCause[c.Key],
                    StringComparer.Ordinal
                )
            );
        }
        return new TraceSummary(
            file, known, bytes, traced, untraced, doubts.LostEvents, blocks.Count, configurations.ToImmutable(), [.. findings])
        {
            EventCosts = [.. costs],
            Outer = outer,
        };
    }

    private LeftOutEvents LeftOut(int configuration) => new(
        s => withoutEvents.GetValueOrDefault((configuration, s))?.Union(),
        [.. costs.Where(c => c.Configuration == configuration)]);

    /// <summary>Chooses the exits of all vCPUs together, or of one.</summary>
    private ExitSetChoice Choice(int configuration, int? vcpu = null) => new(sets
        .Where(s => s.Key.Configuration == configuration && (vcpu == null || s.Key.Vcpu == vcpu))
        .GroupBy(s => s.Key.Events)
        .ToDictionary(g => g.Key, g => ExitSetPair.Of(Known(), HasStages(g.Key), [.. g.OrderBy(s => s.Key.Vcpu).Select(s => s.Value)])));

    /// <summary>The table of each vCPU; none if there is one only, whose table is the configuration's.</summary>
    private ImmutableArray<VcpuSummary> Vcpus(int configuration, int emptyLoop, TraceHeader known, List<Finding> findings)
    {
        int[] vcpus = [.. sets.Keys.Where(k => k.Configuration == configuration).Select(k => k.Vcpu).Distinct().Order()];
        if (vcpus.Length < 2) return [];
        var summaries = ImmutableArray.CreateBuilder<VcpuSummary>(vcpus.Length);
        foreach (int vcpu in vcpus)
        {
            var table = new ConfigurationTable(
                known,
                known.Configurations[configuration],
                Choice(configuration, vcpu),
                emptyLoop < 0 ? null : Choice(emptyLoop),
                classes,
                LeftOut(configuration)
            );
            var own = new List<Finding>();
            summaries.Add(new VcpuSummary(vcpu, table.Summarise(own)));
            // What else is to be said stands beside the configuration, in which the vCPU is counted; its table has to add up by itself.
            findings.AddRange(
                own.Where(f => f.Is(FindingKind.Unattributed) && f.Severity == Severity.Error)
                    .Select(f => f with { Subject = $"vCPU {vcpu}", Text = $"vCPU {vcpu}: {f.Text}" })
            );
        }
        return summaries.ToImmutable();
    }

    /// <summary>
    /// Every step that an event opens holds that event: what is said to cost more than the longest of them all is not believed.
    /// </summary>
    private TraceHeader WithPossibleFloors(TraceHeader known, List<Finding> findings)
    {
        if (Refuted(known.ProbeFloor, s => s.IsKernelEvent(), "a kernel event")) known = known with { ProbeFloor = 0 };
        if (Refuted(known.StepFloor, s => s.IsStep(), "a stamp of the VMM's steps")) known = known with { StepFloor = 0 };
        return known;

        bool Refuted(double floor, Func<Stamp, bool> opens, string what)
        {
            if (!(floor > Longest(opens) * Math.Max(1, known.Clock.Grain)))
                return false;
            findings.Add(
                FindingKind.ImpossibleFloor.Of(
                    1,
                    $"The trace says that {what} costs {floor:N0} {known.Clock.Symbol}, but no step with one is so long: what it costs is taken as unknown."
                )
            );
            return true;
        }
    }

    /// <summary>In ticks; NaN if there is no such step.</summary>
    private double Longest(Func<Stamp, bool> opens)
    {
        var gaps =
            from pair in sets.Values
            from exits in (ExitSet[])[pair.Undisturbed, pair.Preempted]
            from tally in exits.Tallies
            from step in tally.Walk?.Stages.SelectMany(s => s.Steps) ?? []
            where opens(step.From)
            select tally.Steps[step.Index].Max;
        return gaps.DefaultIfEmpty(double.NaN).Max();
    }

    private bool HasStages(EventGroups events) => events == Known().Groups || events == EventGroups.None;

    private TraceHeader Known() => header ?? throw new InvalidOperationException("a trace begins with its header");

    private ExitSet? Place(Block block, TraceHeader known)
    {
        if (block.Calibration) return null;
        if (block.LeftOut != ExitProf.Traces.Block.AllOn)
        {
            var without = (block.Configuration, block.LeftOut);
            if (block.Events != known.Groups) return null;
            if (!withoutEvents.TryGetValue(without, out ExitSetPair? rest))
                withoutEvents.Add(without, rest = new ExitSetPair(known, stages: false));
            return block.InvoluntarySwitches > 0 ? rest.Preempted : rest.Undisturbed;
        }
        bool traced = block.Events == known.Groups;
        bool untraced = block.Events == EventGroups.None;
        if (!traced && !untraced && !known.Groups.Each().Any(g => (known.Groups & ~g) == block.Events)) return null;
        var key = (block.Configuration, block.Events, block.Vcpu);
        ref ExitSetPair? found = ref CollectionsMarshal.GetValueRefOrAddDefault(sets, key, out _);
        found ??= new ExitSetPair(known, HasStages(block.Events));
        return block.InvoluntarySwitches > 0 ? found.Preempted : found.Undisturbed;
    }
}

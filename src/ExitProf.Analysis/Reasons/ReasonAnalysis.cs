using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Adds the exits of a foreign machine up by reason, sub-key, vCPU and stage, as the trace is read. From a trace of our own VMM, which has
/// one kind of
/// exit on purpose, it keeps nothing.
/// </summary>
internal sealed class ReasonAnalysis : ITraceSink
{
    private readonly Dictionary<ReasonKey, ReasonTally> tallies = [];
    private readonly List<ExitClass> classes = [];
    private readonly List<ReasonTally.ClassTally?> byClass = [];
    private readonly SortedDictionary<int, VcpuIdentity> threads = [];
    private readonly ExitBuffer buffer = new();
    private readonly ulong[] stamps = new ulong[ExitClass.MaxStamps];
    private byte[] lengths = [];
    private TraceHeader? header;
    private ulong first = ulong.MaxValue;
    private ulong last;

    /// <summary>False of traces of our own VMM.</summary>
    internal bool Applies => header is { Source.IsVmm: false };

    public void Header(TraceHeader header) => this.header = header;

    public void Class(ExitClass exitClass)
    {
        // Damage may have taken the classes between.
        while (classes.Count < exitClass.Index) Add(ExitClass.Lost);
        Add(exitClass);
    }

    public void Block(Block block)
    {
    }

    internal List<TableFigure> Metrics { get; } = [];

    public void Metric(TableFigure metric) => Metrics.Add(metric);

    public void Thread(VcpuIdentity thread) => threads[thread.Index] = thread;

    public void Exits(in ExitBatch batch)
    {
        if (!Applies) return;
        var decoder = new ExitDecoder(batch, header!.Clock.Grain, lengths.AsSpan(0, classes.Count), buffer);
        while (decoder.Next())
        {
            decoder.CopyStamps(stamps);
            var times = stamps.AsSpan(0, decoder.Length);
            first = Math.Min(first, times[0]);
            last = Math.Max(last, times[^1]);
            Of(decoder.Class).Add(times, batch.Vcpu);
        }
    }

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }

    /// <summary>The table of everything that was read; null if the trace is our own VMM's.</summary>
    internal ReasonTable? Summarise()
    {
        if (!Applies) return null;
        double exitTime = tallies.Values.Where(t => !t.IsHalt).Sum(t => t.All.Sum), haltTime = tallies.Values.Where(t => t.IsHalt)
            .Sum(t => t.All.Sum);
        ImmutableArray<ReasonRow> rows =
        [
            .. tallies.Values.OrderBy(t => t.IsHalt).ThenByDescending(t => t.All.Sum).ThenByDescending(t => t.Count)
                .ThenBy(t => t.Reason, StringComparer.Ordinal).ThenBy(t => t.KvmExit, StringComparer.Ordinal)
                    .Select(t => t.Row(exitTime, threads)),
        ];
        double span = last >= first && first != ulong.MaxValue ? last - first : 0;
        long count = tallies.Values.Sum(t => t.Count), paired = tallies.Values.Sum(t => t.All.Count);
        return new ReasonTable(rows, count, paired, span, exitTime, haltTime, [.. threads.Values]) { First = span > 0 ? first : 0 };
    }

    /// <summary>The same table in rows that add up over traces; none if the trace is our own VMM's.</summary>
    internal IEnumerable<StateRow> States() => !Applies ? [] : tallies.Values
        .OrderByDescending(t => t.All.Sum).ThenBy(t => (t.Reason, t.KvmExit, t.Userspace)).Select((t, i) => t.State(i));

    private ReasonTally.ClassTally Of(int index)
    {
        if (byClass[index] is { } known) return known;
        ExitClass c = classes[index];
        var key = ReasonKey.Of(c);
        if (!tallies.TryGetValue(key, out var tally)) tallies.Add(key, tally = new ReasonTally(key.Reason, key.KvmExit, key.Userspace));
        return byClass[index] = tally.ClassOf(c, header!);
    }

    private void Add(ExitClass exitClass)
    {
        classes.Add(exitClass);
        byClass.Add(null);
        if (classes.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, classes.Count * 2));
        lengths[classes.Count - 1] = checked((byte)exitClass.Signature.Length);
    }
}

using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// Turns the ring buffers of all CPUs, read page by page while the kernel writes them, into exits by vCPU thread. Events wait until those
/// of every CPU are known up to their time, so a thread may change its CPU; memory does not grow with the recording.
/// </summary>
/// <example>
/// <code>
/// while (recording)
/// {
///     for (int i = 0; i &lt; cpus; i++) { if (live.Wants(i)) live.AddPage(i, page); live.Drained(i, began); }
///     live.Release();
/// }
/// live.Complete(interrupted: false);
/// </code>
/// </example>
public sealed class LiveExits
{
    /// <summary>The most events of one CPU that wait while another lags behind.</summary>
    private const int MaxWaiting = 1 << 16;

    private readonly ExitDemultiplexer exits;
    private readonly LiveDecoder decoder;
    private readonly RingBufferLayout layout;
    private readonly LiveBuffer[] buffers;
    private readonly ITraceSink sink;
    private readonly Dictionary<int, (int Process, string Name)> known = [];
    private readonly List<Finding> more = [];
    private TraceClock clock;
    private long events;
    private long damagedPages;

    /// <param name="cpus">Of the buffers, which are named by their place in it.</param>
    /// <param name="byNotes">A PVM host: RCU notes are the borders of exits.</param>
    /// <param name="byRip">Exits that are about nothing in particular are told apart by the guest's instruction.</param>
    public LiveExits(ITraceSink sink, Func<Backend, TraceHeader> header, IReadOnlyList<EventFormat> formats,
        IReadOnlyDictionary<ulong, string>? texts, RingBufferLayout layout, IReadOnlyList<int> cpus, bool byNotes, bool byRip = false)
    {
        (this.sink, this.layout) = (sink, layout);
        decoder = new LiveDecoder(formats, texts, byRip);
        buffers = [.. cpus.Select(cpu => new LiveBuffer(cpu))];
        exits = new ExitDemultiplexer(sink, Header, byNotes: byNotes);

        TraceHeader Header(Backend backend)
        {
            TraceHeader made = header(backend);
            clock = made.Clock;
            return made;
        }
    }

    public long Events => events;

    /// <summary>All exits that began while it was recorded, whole or not.</summary>
    public long Exits => exits.Counts.Exits > 0 ? exits.Counts.Exits : exits.Counts.Paired + exits.Counts.Unpaired;

    /// <summary>Events that the pages said to be lost.</summary>
    public long Lost => buffers.Sum(b => b.Lost);

    /// <summary>The vCPUs that have made an exit.</summary>
    public int Vcpus => exits.Threads.Count();

    /// <summary>Who a thread is; it is told to the sink once the thread turns out to be a vCPU's.</summary>
    public void Name(int thread, int process, string name) => known[thread] = (process, name);

    /// <summary>False while so much of this CPU waits for another one that it is better not read on.</summary>
    public bool Wants(int buffer) => buffers[buffer].Count < MaxWaiting;

    public void AddPage(int buffer, ReadOnlySpan<byte> page)
    {
        LiveBuffer to = buffers[buffer];
        var records = new RingBufferPage(page, layout);
        bool lost = records.MissedEvents != 0;
        while (records.MoveNext())
        {
            events++;
            if (lost) AddLoss(to, records.Tsc, records.MissedEvents);
            lost = false;
            if (decoder.TryDecode(records.Tsc, records.Payload, out LiveEvent e)) to.Add(in e);
        }
        if (lost) AddLoss(to, records.PageTsc, records.MissedEvents);
        if (records.Damage != PageDamage.None) damagedPages++;
    }

    /// <summary>The buffer was read to its end, in a reading that began at a time of the trace's clock.</summary>
    public void Drained(int buffer, ulong began) => buffers[buffer].Drained(began);

    /// <summary>Hands on what is complete in the order of time.</summary>
    public void Release()
    {
        ulong until = buffers.Min(b => b.Horizon);
        while (true)
        {
            LiveBuffer? first = null;
            ulong second = ulong.MaxValue;
            foreach (LiveBuffer buffer in buffers)
            {
                ulong time = buffer.First;
                if (first is null || time < first.First)
                {
                    if (first is not null) second = Math.Min(second, first.First);
                    first = buffer;
                }
                else second = Math.Min(second, time);
            }
            if (first is null || first.First > until || first.Count == 0) return;
            // Events of one CPU come in runs: the others are looked at only once one of theirs is next.
            do Take(first.Cpu, first.Take());
            while (first.Count > 0 && first.First <= second && first.First <= until);
        }
    }

    /// <summary>Hands the exits on that are whole: for whoever watches.</summary>
    public void Flush() => exits.Flush();

    /// <summary>A finding of the recorder's own.</summary>
    public void Add(Finding finding) => more.Add(finding);

    /// <param name="lost">What each buffer says it lost in all, by its place.</param>
    /// <returns>All findings; the sink has them too.</returns>
    public ImmutableArray<Finding> Complete(IReadOnlyList<long> lost, bool interrupted)
    {
        foreach (LiveBuffer buffer in buffers) buffer.End();
        Release();
        for (int i = 0; i < buffers.Length; i++)
        {
            // Losses that no page follows, or whose number had no room in the page.
            long rest = lost[i] - buffers[i].Lost;
            if (rest > 0) exits.Lost(buffers[i].Cpu, rest);
        }
        exits.Complete();
        var findings = new ImportFindings(clock);
        findings.AddPairing(exits.Counts);
        findings.AddClasses(exits.FoldedSubkeys, exits.FoldedSignatures);
        findings.Add(FindingKind.EventsDamaged, decoder.Damaged + damagedPages,
            $"{decoder.Damaged:N0} records and {damagedPages:N0} pages of the ring buffer could not be read.");
        if (exits.Counts.Exits + exits.Counts.Paired == 0) findings.AddNothingSeen(events);
        findings.AddBounds(exits.Counts, [.. buffers.Zip(lost, (b, l) => (b.Cpu, l))], Exits);
        findings.AddAll(more);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        sink.End(exits.Totals(findings.All.Count, interrupted));
        return [.. findings.All];
    }

    private static void AddLoss(LiveBuffer to, ulong time, long missed) =>
        to.Add(new LiveEvent(LiveEventKind.Loss, new KernelEvent(time, Stamp.Other, 0, false, 0, 0, 0), -1, Math.Max(missed, 0)));

    private void Take(int cpu, in LiveEvent e)
    {
        switch (e.Kind)
        {
            case LiveEventKind.Loss:
                exits.Lost(cpu, e.Value);
                return;
            case LiveEventKind.Switch:
                exits.Switch(e.Event.Pid, e.Value, e.Time, e.Flag);
                return;
            case LiveEventKind.Wakeup:
                exits.Counts.AddWakeup(e.Flag, (ulong)e.Value);
                return;
        }
        if (exits.Find(e.Event.Pid, e.Event.Stamp) is not { } thread) return;
        if (thread.Process == VcpuIdentity.Unknown && known.TryGetValue(e.Event.Pid, out var who))
            (thread.Process, thread.Name) = who;
        exits.Add(thread, cpu, e.Vcpu, e.Event);
    }
}

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

    private readonly KernelRecords records;
    private readonly RingBufferLayout layout;
    private readonly LiveBuffer[] buffers;
    private readonly ITraceSink sink;
    private readonly Dictionary<int, string> names = [];
    private readonly Dictionary<int, int> processes = [];
    private readonly List<Finding> more = [];
    private TraceClock clock;
    private long events;
    private long damagedPages;

    /// <param name="cpus">Of the buffers, which are named by their place in it.</param>
    /// <param name="byNotes">A PVM host: RCU notes are the borders of exits.</param>
    /// <param name="byRip">Exits that are about nothing in particular are told apart by the guest's instruction.</param>
    /// <param name="budget">How much of each exit is kept; null for all of every one.</param>
    public LiveExits(ITraceSink sink, Func<Backend, TraceHeader> header, IReadOnlyList<EventFormat> formats,
        IReadOnlyDictionary<ulong, string>? texts, RingBufferLayout layout, IReadOnlyList<int> cpus, bool byNotes, bool byRip = false,
        ExitBudget? budget = null)
    {
        (this.sink, this.layout) = (sink, layout);
        buffers = [.. cpus.Select(cpu => new LiveBuffer(cpu))];
        records = new KernelRecords(sink, Header, names, byNotes) { ByRip = byRip };
        records.Exits.Budget = budget;
        records.SetFormats(formats, texts, bigEndian: false);

        TraceHeader Header(Backend backend)
        {
            TraceHeader made = header(backend);
            clock = made.Clock;
            return made;
        }
    }

    private ExitDemultiplexer Demultiplexer => records.Exits;

    public long Events => events;

    /// <summary>All exits that began while it was recorded, whole or not.</summary>
    public long Exits => Demultiplexer.Counts.Exits > 0 ? Demultiplexer.Counts.Exits
        : Demultiplexer.Counts.Paired + Demultiplexer.Counts.Unpaired;

    /// <summary>Events that the pages said to be lost.</summary>
    public long Lost => buffers.Sum(b => b.Lost);

    /// <summary>The vCPUs that have made an exit.</summary>
    public int Vcpus => Demultiplexer.Threads.Count();

    /// <summary>Who a thread is; it is told to the sink once the thread turns out to be a vCPU's.</summary>
    public void Name(int thread, int process, string name) => (names[thread], processes[thread]) = (name, process);

    /// <summary>False while so much of this CPU waits for another one that it is better not read on.</summary>
    public bool Wants(int buffer) => buffers[buffer].Count < MaxWaiting;

    public void AddPage(int buffer, ReadOnlySpan<byte> page)
    {
        LiveBuffer to = buffers[buffer];
        var read = new RingBufferPage(page, layout);
        bool lost = read.MissedEvents != 0;
        while (read.MoveNext())
        {
            events++;
            if (lost) to.Add(QueuedEvent.Lost(read.Tsc, to.Cpu, Math.Max(read.MissedEvents, 0)));
            lost = false;
            QueuedEvent e = default;
            if (records.TryRead(read.Tsc, read.Payload, 0, to.Cpu, ref e)) to.Add(in e);
        }
        if (lost) to.Add(QueuedEvent.Lost(read.PageTsc, to.Cpu, Math.Max(read.MissedEvents, 0)));
        if (read.Damage != PageDamage.None) damagedPages++;
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
            do Take(first.Take());
            while (first.Count > 0 && first.First <= second && first.First <= until);
        }
    }

    /// <summary>Hands the exits on that are whole: for whoever watches.</summary>
    public void Flush() => Demultiplexer.Flush();

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
            if (rest > 0) Demultiplexer.Lost(buffers[i].Cpu, rest);
        }
        Demultiplexer.Complete();
        var findings = new ImportFindings(clock);
        findings.AddPairing(Demultiplexer.Counts);
        findings.AddClasses(Demultiplexer.FoldedSubkeys, Demultiplexer.FoldedSignatures);
        findings.AddAgreed(FindingKind.EventsDamaged, records.Damaged + damagedPages,
            $"{records.Damaged + damagedPages:N0} [records and pages|record or page] of the ring buffer could not be read.");
        if (Demultiplexer.Counts.Exits + Demultiplexer.Counts.Paired == 0) findings.AddNothingSeen(events);
        findings.AddBounds(Demultiplexer.Counts, [.. buffers.Zip(lost, (b, l) => (b.Cpu, l))], Exits);
        findings.AddAll(more);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        sink.End(Demultiplexer.Totals(findings.All.Count, interrupted));
        return [.. findings.All];
    }

    private void Take(in QueuedEvent e)
    {
        if (e.Kind is QueuedKind.Event or QueuedKind.Plain
            && Demultiplexer.Find(e.Thread, e.Event.Stamp) is { Process: VcpuIdentity.Unknown } thread
            && processes.TryGetValue(e.Thread, out int process)) thread.Process = process;
        records.Take(in e);
    }
}

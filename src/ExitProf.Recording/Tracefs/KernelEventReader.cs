using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// Reads the ring buffer of one CPU between blocks, hands each event to its thread, and counts all that went wrong on the way.
/// </summary>
internal sealed class KernelEventReader
{
    private readonly TracefsInstance instance;
    private readonly int buffer;
    private readonly IReadOnlyDictionary<int, ThreadEvents> threads;
    private readonly KernelEventDecoder decoder;
    private readonly RingBufferLayout layout;
    private readonly byte[] page;
    private long lostBefore;
    private long damagedPages;

    /// <param name="buffer">The place of its CPU among those of the instance.</param>
    /// <param name="threads">Who gets the events, by the kernel's id.</param>
    public KernelEventReader(
        TracefsInstance instance,
        int buffer,
        string tracefs,
        EventSet events,
        IReadOnlyDictionary<int, ThreadEvents> threads
    )
    {
        (this.instance, this.buffer, this.threads) = (instance, buffer, threads);
        string header = Path.Combine(tracefs, "events/header_page");
        layout = RingBufferLayout.Parse(File.Exists(header) ? File.ReadAllText(header) : null);
        page = new byte[layout.PageBytes];
        string printk = Path.Combine(tracefs, "printk_formats");
        var formats = events
            .Events.Values.SelectMany(names => names)
            .Select(n => EventFormat.Parse(File.ReadAllText(Path.Combine(tracefs, "events", n, "format"))));
        decoder = new KernelEventDecoder(formats, File.Exists(printk) ? PrintkFormats.Parse(File.ReadAllText(printk)) : null);
    }

    /// <summary>Events that the buffer lost since the last call of <see cref="Read"/>.</summary>
    public long Lost { get; private set; }

    /// <summary>Events of other threads, which the kernel should have kept out.</summary>
    public long Foreign { get; private set; }

    /// <summary>See <see cref="KernelEventDecoder.LateExits"/>.</summary>
    public long LateExits => decoder.LateExits;

    /// <summary>Pages and records that could not be read.</summary>
    public long Damaged => damagedPages + decoder.DamagedRecords;

    /// <summary>Hands over the events that are in the buffer now.</summary>
    public void Read()
    {
        (int id, ThreadEvents? thread) = (-1, null);
        while (instance.Read(buffer, page))
        {
            var events = new RingBufferPage(page, layout);
            while (events.MoveNext())
            {
                if (!decoder.TryStamp(events.Payload, out Stamp stamp)) continue;
                int pid = decoder.Pid(events.Payload);
                if (pid != id) (id, thread) = (pid, threads.GetValueOrDefault(pid));
                if (thread == null) Foreign++;
                else thread.Add(buffer, events.Tsc, stamp);
            }
            if (events.Damage != PageDamage.None) damagedPages++;
        }
        long lost = instance.Lost(buffer);
        Lost = lost - lostBefore;
        lostBefore = lost;
    }
}

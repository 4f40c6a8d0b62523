using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Reads a vCPU's ring buffer between blocks into plain arrays of times and stamps, and counts all that went wrong on the way.</summary>
internal sealed class KernelEventReader
{
    private readonly TracefsInstance instance;
    private readonly int vcpu;
    private readonly int threadId;
    private readonly KernelEventDecoder decoder;
    private readonly RingBufferLayout layout;
    private readonly byte[] page;
    private ulong[] times = new ulong[1 << 15];
    private Stamp[] stamps = new Stamp[1 << 15];
    private long lostBefore;

    /// <param name="vcpu">The place of its thread among those of the instance.</param>
    public KernelEventReader(TracefsInstance instance, int vcpu, string tracefs, EventSet events)
    {
        (this.instance, this.vcpu, threadId) = (instance, vcpu, instance.Threads[vcpu].Id);
        string header = Path.Combine(tracefs, "events/header_page");
        layout = RingBufferLayout.Parse(File.Exists(header) ? File.ReadAllText(header) : null);
        page = new byte[layout.PageBytes];
        string printk = Path.Combine(tracefs, "printk_formats");
        var formats = events.Events.Values.SelectMany(names => names).Select(n => EventFormat.Parse(File.ReadAllText(Path.Combine(tracefs, "events", n, "format"))));
        decoder = new KernelEventDecoder(formats, File.Exists(printk) ? PrintkFormats.Parse(File.ReadAllText(printk)) : null);
    }

    public int Count { get; private set; }

    public ReadOnlySpan<ulong> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<Stamp> Stamps => stamps.AsSpan(0, Count);

    /// <summary>Events that the buffer lost since the last call of <see cref="Read"/>.</summary>
    public long Lost { get; private set; }

    /// <summary>Pages and records that could not be read.</summary>
    public long Damaged { get; private set; }

    /// <summary>Replaces the arrays by the events that are in the buffer now.</summary>
    public void Read()
    {
        Count = 0;
        while (instance.Read(vcpu, page))
        {
            var events = new RingBufferPage(page, layout);
            while (events.MoveNext())
            {
                if (!decoder.TryStamp(events.Payload, out Stamp stamp)) continue;
                if (decoder.Pid(events.Payload) != threadId)
                {
                    Foreign++;
                    continue;
                }
                if (Count == times.Length)
                {
                    Array.Resize(ref times, 2 * Count);
                    Array.Resize(ref stamps, 2 * Count);
                }
                (times[Count], stamps[Count]) = (events.Tsc, stamp);
                Count++;
            }
            if (events.Damage != PageDamage.None) Damaged++;
        }
        long lost = instance.Lost(vcpu);
        Lost = lost - lostBefore;
        lostBefore = lost;
    }

    /// <summary>Events of other threads, which the kernel should have kept out.</summary>
    public long Foreign { get; private set; }

    /// <summary>See <see cref="KernelEventDecoder.LateExits"/>.</summary>
    public long LateExits => decoder.LateExits;

    public long DamagedRecords => Damaged + decoder.DamagedRecords;
}

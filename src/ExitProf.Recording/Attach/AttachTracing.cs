using System.Collections.Immutable;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>The kernel's side of an attachment: a ring buffer for each CPU, and reading all of them again and again.</summary>
internal sealed class AttachTracing : IDisposable
{
    /// <summary>
    /// For all CPUs together: 6 MB take a quarter of a million events, some 50 ms of a machine that does nothing but exit.
    /// </summary>
    private const int AllBuffersKilobytes = 256 * 1024;
    private const int LeastBufferKilobytes = 1024;
    private const int MostBufferKilobytes = 8192;

    private readonly TracefsInstance instance;
    private readonly byte[] page;

    public AttachTracing(string tracefs, EventSet wanted, EventGroups groups, IReadOnlyList<int> threads)
    {
        ImmutableArray<int> cpus = [.. CpuSet.Online()];
        EventSet events = wanted.Existing(tracefs);
        Groups = events.Groups & groups;
        if (!Groups.HasFlag(EventGroups.Kvm))
            throw new SystemCallException(
                $"open({tracefs}/events/kvm)", Errno.ENOENT, "load the kvm module, or use a kernel with its events");
        string header = Path.Combine(tracefs, "events/header_page"), printk = Path.Combine(tracefs, "printk_formats");
        Layout = RingBufferLayout.Parse(File.Exists(header) ? File.ReadAllText(header) : null);
        page = new byte[Layout.PageBytes];
        Texts = File.Exists(printk) ? PrintkFormats.Parse(File.ReadAllText(printk)) : null;
        Formats =
        [
            .. events.Events.Where(g => Groups.HasFlag(g.Key)).SelectMany(g => g.Value)
                .Select(n => EventFormat.Parse(File.ReadAllText(Path.Combine(tracefs, "events", n, "format")))),
        ];
        int kilobytes = Math.Clamp(AllBuffersKilobytes / cpus.Length, LeastBufferKilobytes, MostBufferKilobytes);
        instance = new TracefsInstance(tracefs, events, threads, cpus, kilobytes);
        try
        {
            instance.Write(on: false);
            instance.Enable(Groups);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    public EventGroups Groups { get; }
    public RingBufferLayout Layout { get; }
    public IReadOnlyDictionary<ulong, string>? Texts { get; }
    public ImmutableArray<EventFormat> Formats { get; }
    public ImmutableArray<int> Cpus => instance.Cpus;

    /// <summary>Events begin, or end, to be written.</summary>
    public void Write(bool on) => instance.Write(on);

    public void Follow(IEnumerable<int> threads) => instance.Follow(threads);

    /// <summary>Reads what is in the buffers now.</summary>
    /// <returns>Pages read.</returns>
    public int Read(LiveExits exits) => Read(exits, out _);

    /// <summary>Reads every buffer to its end; events are switched off.</summary>
    public void ReadRest(LiveExits exits)
    {
        // A buffer that is far ahead of the others is read on once those have released what waits.
        while (Read(exits, out bool all) > 0 || !all)
        {
        }
    }

    private int Read(LiveExits exits, out bool all)
    {
        int pages = 0;
        all = true;
        for (int i = 0; i < Cpus.Length; i++)
        {
            ulong began = Tsc.Read();
            bool more = true;
            while (exits.Wants(i) && (more = instance.Read(i, page)))
            {
                exits.AddPage(i, page);
                pages++;
            }
            if (more) all = false;
            else exits.Drained(i, began);
        }
        exits.Release();
        return pages;
    }

    public long[] Lost() => [.. Enumerable.Range(0, Cpus.Length).Select(instance.Lost)];

    public void Dispose()
    {
        instance.Enable(EventGroups.None);
        instance.Dispose();
    }
}

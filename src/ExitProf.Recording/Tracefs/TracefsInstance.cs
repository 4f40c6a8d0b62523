using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// A private ring buffer: it sees the events of a few threads, stamped by the raw TSC, and disturbs no other user of tracing. Its name
/// tells whose it is (<see cref="ProcessMark"/>), so that one whose process is gone is removed.
/// </summary>
public sealed unsafe class TracefsInstance : IDisposable
{
    private readonly TracingDirectory files;
    private readonly EventSet events;
    private readonly List<RawBuffer> buffers = [];
    private readonly Dictionary<string, int> switches = [];
    private EventGroups enabled;
    private string? leftOut;

    /// <param name="threads">Whose events are wanted: what a thread does is in the buffer of its CPU.</param>
    /// <param name="bufferKilobytes">For each of those CPUs; the others get the least that the kernel gives.</param>
    /// <exception cref="SystemCallException">tracefs refuses something.</exception>
    public TracefsInstance(string tracefs, EventSet events, IReadOnlyList<PinnedThread> threads, int bufferKilobytes)
        : this(tracefs, events, threads.Select(t => t.Id).Distinct(), [.. threads.Select(t => t.Cpu).Distinct()], bufferKilobytes)
    {
    }

    /// <param name="threads">Whose events are wanted. At least one: without any the kernel would write those of all.</param>
    /// <param name="cpus">Those that the threads may run on.</param>
    public TracefsInstance(
        string tracefs, EventSet events, IEnumerable<int> threads, ImmutableArray<int> cpus, int bufferKilobytes)
    {
        (this.events, Cpus) = (events, cpus);
        RemoveStale(tracefs);
        files = new TracingDirectory(Path.Combine(tracefs, "instances", NewName(tracefs)));
        files.Create();
        try
        {
            files.Write("tracing_on", "1");
            files.Write("trace_clock", "x86-tsc");
            Follow(threads);
            files.Write("buffer_size_kb", "8");
            foreach (int cpu in Cpus) OpenBuffer(cpu, bufferKilobytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The CPUs whose buffers are read.</summary>
    public ImmutableArray<int> Cpus { get; }

    /// <summary>Switches to exactly these groups.</summary>
    /// <param name="without">The stamp of an event that stays off; <see cref="Block.AllOn"/> for none.</param>
    public void Enable(EventGroups groups, Stamp without = Block.AllOn)
    {
        string? off = without == Block.AllOn ? null : events.NameOf(without);
        if (leftOut is { } before && leftOut != off) Switch(before, (enabled & events.GroupOf(before)) != 0);
        leftOut = off;
        foreach (EventGroups group in (enabled ^ groups).Each())
        {
            if (!events.Events.TryGetValue(group, out IReadOnlyList<string>? names)) continue;
            foreach (string name in names) Switch(name, (groups & group) != 0);
        }
        enabled = groups;
        if (off != null) Switch(off, false);
    }

    /// <summary>Whether events that are switched on are written: one write for all of them, so that they begin and end together.</summary>
    public void Write(bool on) => files.Write("tracing_on", on ? "1" : "0");

    /// <summary>Adds threads to those whose events are written; those that were there stay.</summary>
    public void Follow(IEnumerable<int> threads) => files.Write("set_event_pid", Ids(threads));

    /// <inheritdoc cref="RawBuffer.Read"/>
    /// <param name="buffer">The place of its CPU among <see cref="Cpus"/>.</param>
    public bool Read(int buffer, Span<byte> page) => buffers[buffer].Read(page);

    /// <inheritdoc cref="RawBuffer.Lost"/>
    /// <param name="buffer">The place of its CPU among <see cref="Cpus"/>.</param>
    public long Lost(int buffer) => buffers[buffer].Lost();

    public void Dispose()
    {
        foreach (RawBuffer buffer in buffers) buffer.Dispose();
        // An open file keeps the instance and its events in use.
        foreach (int file in switches.Values) _ = LibC.close(file);
        files.Remove();
    }

    /// <summary>
    /// Removes instances whose process is gone, gives back a global tracer that it had taken, and removes its probes; returns how many
    /// instances.
    /// </summary>
    public static int RemoveStale(string tracefs)
    {
        int removed = Directory
            .EnumerateDirectories(Path.Combine(tracefs, "instances"), ProcessMark.Prefix + "*")
            .Count(path => ProcessMark.IsStale(Path.GetFileName(path)) && RemoveStale(tracefs, path));
        DynamicProbes.RemoveStale(tracefs);
        return removed;
    }

    /// <summary>A name that no instance has: several recordings of one process (tests) need several.</summary>
    internal static string NewName(string tracefs)
    {
        string name = ProcessMark.Own;
        for (int i = 0; ; i++)
        {
            string candidate = i == 0 ? name : $"{name}_{i}";
            if (!Directory.Exists(Path.Combine(tracefs, "instances", candidate))) return candidate;
        }
    }

    private void OpenBuffer(int cpu, int kilobytes)
    {
        files.Write($"per_cpu/cpu{cpu}/buffer_size_kb", kilobytes.ToString(CultureInfo.InvariantCulture));
        buffers.Add(files.OpenBuffer(cpu));
    }

    private static string Ids(IEnumerable<int> threads) =>
        string.Join(' ', threads.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static bool RemoveStale(string tracefs, string path) =>
        GlobalTracer.TryRestore(tracefs, Path.GetFileName(path)) && new TracingDirectory(path).Remove();

    /// <summary>The files stay open: events are switched hundreds of times, and opening one costs more than the switch.</summary>
    private void Switch(string name, bool on)
    {
        string path = Path.Combine(files.Path, "events", name, "enable");
        if (!switches.TryGetValue(name, out int file))
        {
            file = LibC.open(path, LibC.O_WRONLY | LibC.O_CLOEXEC);
            if (file < 0) throw TracingDirectory.Refused($"open({path})", Marshal.GetLastPInvokeError());
            switches.Add(name, file);
        }
        byte value = on ? (byte)'1' : (byte)'0';
        if (LibC.write(file, &value, 1) != 1) throw TracingDirectory.Refused($"write({path}, {(char)value})", Marshal.GetLastPInvokeError());
    }
}

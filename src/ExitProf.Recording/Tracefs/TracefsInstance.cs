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
    private const int PageBytes = 4096;

    private readonly string directory;
    private readonly EventSet events;
    private readonly List<(int Cpu, int Pipe)> buffers = [];
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
        directory = Path.Combine(tracefs, "instances", Name(tracefs));
        Do($"mkdir {directory}", () => Directory.CreateDirectory(directory));
        try
        {
            Write("tracing_on", "1");
            Write("trace_clock", "x86-tsc");
            Follow(threads);
            Write("buffer_size_kb", "8");
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
    public void Write(bool on) => Write("tracing_on", on ? "1" : "0");

    /// <summary>Adds threads to those whose events are written; those that were there stay.</summary>
    public void Follow(IEnumerable<int> threads) => Write("set_event_pid", Ids(threads));

    /// <summary>Takes the next page that holds events, or the unfinished one.</summary>
    /// <param name="buffer">The place of its CPU among <see cref="Cpus"/>.</param>
    /// <param name="page">4,096 bytes.</param>
    /// <returns>False if there are no more.</returns>
    public bool Read(int buffer, Span<byte> page)
    {
        fixed (byte* p = page)
        {
            nint got = LibC.read(buffers[buffer].Pipe, p, PageBytes);
            if (got > 0) return true;
            int errno = got == 0 ? Errno.EAGAIN : Marshal.GetLastPInvokeError();
            return errno is Errno.EAGAIN or Errno.EINTR ? false : throw new SystemCallException("read(trace_pipe_raw)", errno, "");
        }
    }

    /// <summary>Events that a buffer has overwritten or dropped since it was made.</summary>
    public long Lost(int buffer)
    {
        long lost = 0;
        foreach (string line in File.ReadLines(Path.Combine(directory, $"per_cpu/cpu{buffers[buffer].Cpu}/stats")))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[..colon] is "overrun" or "commit overrun" or "dropped events")
                lost += long.Parse(line[(colon + 1)..], CultureInfo.InvariantCulture);
        }
        return lost;
    }

    public void Dispose()
    {
        foreach ((_, int pipe) in buffers) _ = LibC.close(pipe);
        // An open file keeps the instance and its events in use.
        foreach (int file in switches.Values) _ = LibC.close(file);
        Remove(directory);
    }

    /// <summary>Removes instances whose process is gone, then its probes; returns how many instances.</summary>
    public static int RemoveStale(string tracefs)
    {
        int removed = Directory
            .EnumerateDirectories(Path.Combine(tracefs, "instances"), ProcessMark.Prefix + "*")
            .Count(path => ProcessMark.IsStale(Path.GetFileName(path)) && Remove(path));
        DynamicProbes.RemoveStale(tracefs);
        return removed;
    }

    // Several recordings of one process (tests) need several instances.
    private static string Name(string tracefs)
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
        Write($"per_cpu/cpu{cpu}/buffer_size_kb", kilobytes.ToString(CultureInfo.InvariantCulture));
        string path = Path.Combine(directory, $"per_cpu/cpu{cpu}/trace_pipe_raw");
        int pipe = LibC.open(path, LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (pipe < 0) throw SystemCallException.Last($"open({path})", Lockdown.Remedy(permission: true));
        buffers.Add((cpu, pipe));
    }

    private static string Ids(IEnumerable<int> threads) =>
        string.Join(' ', threads.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static bool Remove(string path)
    {
        try
        {
            Directory.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or gone already.
            return false;
        }
    }

    /// <summary>The files stay open: events are switched hundreds of times, and opening one costs more than the switch.</summary>
    private void Switch(string name, bool on)
    {
        string path = Path.Combine(directory, "events", name, "enable");
        if (!switches.TryGetValue(name, out int file))
        {
            file = LibC.open(path, LibC.O_WRONLY | LibC.O_CLOEXEC);
            if (file < 0) throw Refused($"open({path})", Marshal.GetLastPInvokeError());
            switches.Add(name, file);
        }
        byte value = on ? (byte)'1' : (byte)'0';
        if (LibC.write(file, &value, 1) != 1) throw Refused($"write({path}, {(char)value})", Marshal.GetLastPInvokeError());
    }

    private void Write(string file, string value)
    {
        string path = Path.Combine(directory, file);
        Do($"write({path}, {value})", () =>
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
        });
    }

    private static void Do(string call, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            int errno = e is UnauthorizedAccessException ? Errno.EACCES : e.HResult & 0xffff;
            throw Refused(call, errno);
        }
    }

    private static SystemCallException Refused(string call, int errno) =>
        new(call, errno, Lockdown.Remedy(errno is Errno.EACCES or Errno.EPERM));
}

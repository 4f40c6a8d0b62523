using System.Runtime.InteropServices;
using System.Text;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// Probes of this recording's own, at both ends of the functions that border what no tracepoint does. The kernel has one list of probes for
/// everybody, so ours are in a group named after the process; they are switched on in our instance of tracefs only, and removed one by one.
/// </summary>
internal sealed unsafe class DynamicProbes : IDisposable
{
    // An event that an instance has just given back can stay busy for a grace period of RCU.
    private const int RemovalAttempts = 50;
    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(20);
    private static int made;

    private readonly Func<string, int> write;
    private readonly string list;
    private readonly List<string> events = [];
    private readonly List<ProbedFunction> missing = [];
    private (string Call, int Errno) refusal;

    /// <param name="write">Writes one line to the kernel's list of probes and returns the errno, 0 if it is done.</param>
    /// <param name="module">See <see cref="ProbedFunction.Creation"/>.</param>
    /// <param name="list">The kernel's list, for messages.</param>
    internal DynamicProbes(Func<string, int> write, string group, string module, string list)
    {
        (this.write, this.list) = (write, list);
        foreach (ProbedFunction function in ProbedFunction.All) Create(function, group, module);
    }

    /// <summary>What was made: "group/event", as under events/ of tracefs.</summary>
    public IReadOnlyList<string> Events => events;

    /// <summary>Why some or all are missing, and what that means, in one sentence; null if none is.</summary>
    public string? Refusal
    {
        get
        {
            if (missing.Count == 0) return null;
            string consequence = missing.Any(f => f.Pair is ProbePairs.BusWrite or ProbePairs.BusRead)
                ? "pio-search stays an upper bound"
                : "vcpu_put and vcpu_load stay parts of longer steps";
            string which =
                missing.Count == ProbedFunction.All.Count
                    ? "there are no probes"
                    : $"there are no probes of {string.Join(", ", missing.Select(f => f.Symbol))}";
            return new SystemCallException(refusal.Call, refusal.Errno, $"{which}, {consequence}").Message;
        }
    }

    /// <summary>Makes as many as the kernel allows: none of them being there is no error.</summary>
    public static DynamicProbes Create(string tracefs)
    {
        string list = ListOf(tracefs);
        // Only a module has this file: of built-in code /sys/module shows parameters at most.
        string module = File.Exists("/sys/module/kvm/initstate") ? "kvm:" : "";
        return new DynamicProbes(line => Append(list, line), $"{ProcessMark.Own}_{Interlocked.Increment(ref made)}", module, list);
    }

    /// <summary>Removes probes whose process is gone; returns how many.</summary>
    public static int RemoveStale(string tracefs)
    {
        string list = ListOf(tracefs);
        try
        {
            string[] stale = [.. File.ReadLines(list).Select(NameOf).Where(name => ProcessMark.IsStale(name.Split('/')[0]))];
            return stale.Count(name => Append(list, ProbedFunction.Removal(name)) == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel without the file, or one that shows it to nobody, has no probes of ours.
            return 0;
        }
    }

    /// <summary>To be called once no instance has the events switched on: the kernel keeps probes that are in use.</summary>
    public void Dispose()
    {
        foreach (string name in events)
        {
            string line = ProbedFunction.Removal(name);
            for (int i = 1; write(line) == Errno.EBUSY && i < RemovalAttempts; i++) Thread.Sleep(RemovalPause);
        }
        events.Clear();
    }

    private void Create(ProbedFunction function, string group, string module)
    {
        IReadOnlyList<string> names = function.Events(group), lines = function.Creation(group, module);
        for (int i = 0; i < lines.Count; i++)
        {
            int errno = write(lines[i]);
            if (errno == 0) continue;
            // One end of a function says nothing about what lies between its ends.
            for (int j = 0; j < i; j++) _ = write(ProbedFunction.Removal(names[j]));
            if (missing.Count == 0) refusal = ($"write({list}, {lines[i][0]} {function.Symbol})", errno);
            missing.Add(function);
            return;
        }
        events.AddRange(names);
    }

    private static string ListOf(string tracefs)
    {
        string list = Path.Combine(tracefs, "dynamic_events"), older = Path.Combine(tracefs, "kprobe_events");
        return !File.Exists(list) && File.Exists(older) ? older : list;
    }

    /// <summary>"exitprof_1_2_1/bus_write_begin" of a line such as "p:exitprof_1_2_1/bus_write_begin kvm:kvm_io_bus_write".</summary>
    private static string NameOf(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : line[(colon + 1)..].Split(' ')[0];
    }

    /// <summary>Never by truncating: that would remove everybody's probes.</summary>
    private static int Append(string list, string line)
    {
        int file = LibC.open(list, LibC.O_WRONLY | LibC.O_APPEND | LibC.O_CLOEXEC);
        if (file < 0) return Marshal.GetLastPInvokeError();
        byte[] bytes = Encoding.ASCII.GetBytes(line + "\n");
        fixed (byte* start = bytes)
        {
            int errno = LibC.write(file, start, bytes.Length) < 0 ? Marshal.GetLastPInvokeError() : 0;
            _ = LibC.close(file);
            return errno;
        }
    }
}

using System.Globalization;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// The kernel's function_graph tracer, for the calls that one thread makes of KVM's functions: in an instance of our own where the kernel
/// allows that (Linux 6.12), else the global one (<see cref="GlobalTracer"/>). It is on only between <see cref="Start"/> and
/// <see cref="Stop"/>.
/// </summary>
internal sealed class FunctionGraph : IDisposable
{
    public const string Tracer = "function_graph";
    public const string None = "nop";

    /// <summary>The size that an instance gets; the global buffer keeps its own.</summary>
    private const int BufferKilobytes = 8192;

    private readonly TracingDirectory files;
    private readonly IDisposable owned;
    private readonly PinnedThread thread;
    private readonly GraphDecoder decoder;
    private readonly RingBufferLayout layout;
    private readonly byte[] page;
    private RawBuffer? buffer;
    private long lostBefore;
    private long damagedPages;

    private FunctionGraph(string tracefs, TracingDirectory files, IDisposable owned, PinnedThread thread)
    {
        (this.files, this.owned, this.thread) = (files, owned, thread);
        var global = new TracingDirectory(tracefs);
        decoder = new GraphDecoder(Format("funcgraph_entry"), Format("funcgraph_exit"));
        layout = RingBufferLayout.Parse(global.Has("events/header_page") ? global.Read("events/header_page") : null);
        page = new byte[layout.PageBytes];

        EventFormat Format(string name) => EventFormat.Parse(global.Read($"events/ftrace/{name}/format"));
    }

    /// <summary>Pages and records that could not be read.</summary>
    public long Damaged => damagedPages + decoder.Damaged;

    /// <summary>Events that the buffer lost since the last call of <see cref="Read"/>.</summary>
    public long Lost { get; private set; }

    /// <summary>True if it is the kernel's only one.</summary>
    public bool IsGlobal => owned is GlobalTracer;

    /// <exception cref="TracerRefusedException">The kernel does not have the tracer, or somebody uses it.</exception>
    /// <exception cref="SystemCallException">tracefs refuses something.</exception>
    public static FunctionGraph Open(PinnedThread thread)
    {
        string tracefs = Find();
        TracefsInstance.RemoveStale(tracefs);
        var global = new TracingDirectory(tracefs);
        Check(global, Modules());
        IDisposable owned;
        TracingDirectory files;
        if (GraphInstance.TryMake(tracefs, thread, BufferKilobytes) is { } instance) (files, owned) = (instance.Files, instance);
        else (files, owned) = (global, GlobalTracer.Take(tracefs, thread.Id, ProcessMark.Own));
        try
        {
            return new FunctionGraph(tracefs, files, owned, thread);
        }
        catch (FormatException e)
        {
            owned.Dispose();
            throw new TracerRefusedException(e.Message.TrimEnd('.'), "report it with the kernel's version", e);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>Looks whether the kernel has it for KVM's modules, and takes nothing: somebody else may use it all the same.</summary>
    /// <exception cref="TracerRefusedException">It does not, or this user may not have it.</exception>
    /// <exception cref="SystemCallException">There is no tracefs.</exception>
    public static void Look() => Check(new TracingDirectory(Find()), Modules());

    /// <summary>Switches the tracer on. The buffer is opened afterwards: the kernel keeps the tracer of one that is read.</summary>
    public void Start()
    {
        if (files.Read("tracing_on").Trim() != "1") files.Write("tracing_on", "1");
        files.Write("current_tracer", Tracer);
        buffer = files.OpenBuffer(thread.Cpu);
        Read();
    }

    /// <summary>Switches it off.</summary>
    public void Stop()
    {
        buffer?.Dispose();
        buffer = null;
        files.Write("current_tracer", None);
    }

    /// <summary>The calls that were written since the last time.</summary>
    public IReadOnlyList<GraphRecord> Read()
    {
        var records = new List<GraphRecord>();
        while (buffer!.Read(page))
        {
            var events = new RingBufferPage(page, layout);
            while (events.MoveNext())
            {
                if (decoder.TryDecode(events.Tsc, events.Payload, thread.Id, out GraphRecord record)) records.Add(record);
            }
            if (events.Damage != PageDamage.None) damagedPages++;
        }
        long lost = buffer.Lost();
        Lost = lost - lostBefore;
        lostBefore = lost;
        return records;
    }

    public void Dispose()
    {
        try
        {
            if (buffer != null) Stop();
        }
        finally
        {
            owned.Dispose();
        }
    }

    /// <summary>Which thread's calls are written, and of which functions: those of KVM's modules.</summary>
    internal static void Choose(TracingDirectory files, int thread)
    {
        files.Write("set_ftrace_pid", thread.ToString(CultureInfo.InvariantCulture));
        foreach (string module in Modules()) files.Write("set_ftrace_filter", $"*:mod:{module}\n");
    }

    /// <summary>Only a module has the file: of code that is built in, functions cannot be chosen by where they come from.</summary>
    private static IEnumerable<string> Modules() =>
        Directory.Exists("/sys/module")
            ? Directory.EnumerateDirectories("/sys/module", "kvm*").Where(m => File.Exists(Path.Combine(m, "initstate")))
                .Select(m => Path.GetFileName(m)!).Order(StringComparer.Ordinal)
            : [];

    private static string Find()
    {
        try
        {
            return TracefsMount.Find();
        }
        catch (SystemCallException e) when (e.Errno is Errno.EPERM or Errno.EACCES)
        {
            throw new TracerRefusedException("tracefs is not for this user", "run as root", e);
        }
    }

    /// <param name="modules">Those of KVM.</param>
    internal static void Check(TracingDirectory global, IEnumerable<string> modules)
    {
        if (!global.Read("available_tracers").Split(' ', '\n').Contains(Tracer) || !global.Has("set_ftrace_filter"))
            throw new TracerRefusedException("the kernel has no function_graph tracer",
                "use a kernel with CONFIG_FUNCTION_GRAPH_TRACER and CONFIG_DYNAMIC_FTRACE, or an emulated host (--host svm)");
        if (!modules.Any()) throw new TracerRefusedException(
            "KVM is built into this kernel, and its functions are told from others by their module",
            "use a kernel that has KVM as modules, or an emulated host (--host svm)");
        // These hold for every tracer of the kernel, in instances too: what they leave out would be missing.
        foreach (string list in (string[])["set_graph_function", "set_graph_notrace"])
        {
            if (GlobalTracer.Entries(global, list).Any()) throw Limited(list, "empty it");
        }
        foreach (string number in (string[])["max_graph_depth", "tracing_thresh"])
        {
            if (global.Has(number) && global.Read(number).Trim() != "0") throw Limited(number, "write 0 to it");
        }

        static TracerRefusedException Limited(string file, string remedy) =>
            new($"{file} of tracefs limits what function_graph writes", remedy);
    }
}

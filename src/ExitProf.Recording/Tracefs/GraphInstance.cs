using System.Globalization;

namespace ExitProf.Recording;

/// <summary>An instance of tracefs that may have the function_graph tracer; it disturbs no other user of tracing.</summary>
internal sealed class GraphInstance : IDisposable
{
    private GraphInstance(TracingDirectory files) => Files = files;

    public TracingDirectory Files { get; }

    /// <returns>Null if the kernel has the tracer for its global buffer only.</returns>
    /// <exception cref="Linux.SystemCallException">tracefs refuses something.</exception>
    public static GraphInstance? TryMake(string tracefs, PinnedThread thread, int bufferKilobytes)
    {
        var made = new GraphInstance(new TracingDirectory(Path.Combine(tracefs, "instances", TracefsInstance.NewName(tracefs))));
        made.Files.Create();
        try
        {
            if (made.Choose(thread, bufferKilobytes)) return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
        made.Dispose();
        return null;
    }

    public void Dispose() => Files.Remove();

    private bool Choose(PinnedThread thread, int bufferKilobytes)
    {
        if (!Files.Has("available_tracers") || !Files.Read("available_tracers").Split(' ', '\n').Contains(FunctionGraph.Tracer)) return false;
        Files.Write("buffer_size_kb", "8");
        Files.Write($"per_cpu/cpu{thread.Cpu}/buffer_size_kb", bufferKilobytes.ToString(CultureInfo.InvariantCulture));
        Files.Write("trace_clock", "x86-tsc");
        FunctionGraph.Choose(Files, thread.Id);
        return true;
    }
}

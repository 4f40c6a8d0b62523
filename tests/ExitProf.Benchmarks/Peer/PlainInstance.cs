using System.Globalization;
using ExitProf.Recording;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// The peer of our tracing: a tracefs instance as one makes it by hand with mkdir and echo, for one thread, on the TSC, with the buffer
/// that the kernel gives and nobody reading it.
/// </summary>
internal sealed class PlainInstance : IDisposable
{
    private readonly string directory;
    private readonly string[] events;

    public PlainInstance(string tracefs, EventSet events, VcpuThread thread)
    {
        directory = Path.Combine(tracefs, "instances", $"plain_{Environment.ProcessId}");
        this.events = [.. events.Existing(tracefs).Events.Values.SelectMany(e => e)];
        Directory.CreateDirectory(directory);
        Echo("x86-tsc", "trace_clock");
        Echo(thread.ThreadId.ToString(CultureInfo.InvariantCulture), "set_event_pid");
    }

    public void Enable(bool on)
    {
        foreach (string name in events) Echo(on ? "1" : "0", Path.Combine("events", name, "enable"));
    }

    public void Dispose() => Directory.Delete(directory);

    private void Echo(string value, string file) => File.WriteAllText(Path.Combine(directory, file), value + "\n");
}

using System.Globalization;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>
/// The kernel's one global tracer, for kernels that have function_graph nowhere else (before Linux 6.12). It is taken only where nobody
/// uses it, and what was before is in the name of an instance of tracefs: the kernel itself keeps that journal, so that the next recording
/// gives the tracer back for one that was killed.
/// </summary>
internal sealed class GlobalTracer : IDisposable
{
    /// <summary>What the instance's name has behind the owner's mark.</summary>
    private const string Word = "tracer";
    private const string OurClock = "x86-tsc";

    private readonly string tracefs;
    private readonly TracingDirectory journal;

    private GlobalTracer(string tracefs, TracingDirectory journal) => (this.tracefs, this.journal) = (tracefs, journal);

    /// <summary>Takes it for a thread: the clock, the thread and the functions are set, the tracer itself is not on yet.</summary>
    /// <param name="owner">See <see cref="ProcessMark.Own"/>.</param>
    /// <exception cref="TracerRefusedException">Somebody else uses it.</exception>
    /// <exception cref="SystemCallException">tracefs refuses something.</exception>
    public static GlobalTracer Take(string tracefs, int thread, string owner)
    {
        var global = new TracingDirectory(tracefs);
        CheckUnused(global);
        string on = global.Read("tracing_on").Trim(), clock = ClockOf(global.Read("trace_clock"));
        string name = string.Join('_', owner, Word, thread.ToString(CultureInfo.InvariantCulture), on, clock);
        var journal = new TracingDirectory(Path.Combine(tracefs, "instances", name));
        // From here on it is given back, by us or by the next recording.
        journal.Create();
        var taken = new GlobalTracer(tracefs, journal);
        try
        {
            string[] others = [.. Directory.EnumerateDirectories(Path.Combine(tracefs, "instances"), $"{ProcessMark.Prefix}*_{Word}_*")];
            if (others.Length > 1) throw Used("another recording takes it at this moment");
            if (journal.Has("buffer_size_kb")) journal.Write("buffer_size_kb", "4");
            global.Write("trace_clock", OurClock);
            FunctionGraph.Choose(global, thread);
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Gives it back for a recording that was killed, if the instance's name is such a journal.</summary>
    /// <param name="instance">The name of an instance whose process is gone.</param>
    /// <returns>False if tracefs refused something: the journal has to stay, for a recording that may.</returns>
    public static bool TryRestore(string tracefs, string instance)
    {
        // "exitprof_PID_START_tracer_THREAD_ON_CLOCK"; clocks have names such as mono_raw.
        if (instance.Split('_', 7) is not [_, _, _, Word, var thread, var on, var clock]) return true;
        try
        {
            Restore(new TracingDirectory(tracefs), thread, on, clock);
            return true;
        }
        catch (SystemCallException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (TryRestore(tracefs, Path.GetFileName(journal.Path))) journal.Remove();
    }

    /// <summary>Puts each thing back that still is as we left it: what somebody changed meanwhile is his.</summary>
    private static void Restore(TracingDirectory global, string thread, string on, string clock)
    {
        bool runs = global.Read("current_tracer").Trim() == FunctionGraph.Tracer;
        bool ours = runs || Entries(global, "set_ftrace_pid").SequenceEqual([thread]);
        if (runs) global.Write("current_tracer", FunctionGraph.None);
        if (ours)
        {
            foreach (string list in (string[])["set_ftrace_filter", "trace"]) global.Clear(list);
        }
        if (ClockOf(global.Read("trace_clock")) == OurClock && clock != OurClock) global.Write("trace_clock", clock);
        if (ours && global.Read("tracing_on").Trim() != on) global.Write("tracing_on", on);
        // Last, because it tells whose the tracer is: where something above is refused, the next attempt has to know.
        if (ours) global.Clear("set_ftrace_pid");
    }

    private static void CheckUnused(TracingDirectory global)
    {
        if (global.Read("current_tracer").Trim() is var tracer and not FunctionGraph.None) throw Used($"current_tracer is {tracer}");
        if (Entries(global, "set_ftrace_pid").Any()) throw Used("set_ftrace_pid names threads");
        foreach (string list in (string[])["set_ftrace_filter", "set_ftrace_notrace"])
        {
            if (Entries(global, list).Any()) throw Used($"{list} names functions");
        }
        if (Entries(global, "set_event").Any()) throw Used("set_event names events");
        // Another clock empties it.
        if (Entries(global, "trace").Any()) throw Used("its buffer holds events");
    }

    /// <summary>What a list names: where it names nothing the kernel says so in a comment, or in two words.</summary>
    internal static IEnumerable<string> Entries(TracingDirectory global, string list) => !global.Has(list) ? []
        : global.Read(list).Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#' && l != "no pid");

    /// <summary>The one in brackets: "[local] global counter".</summary>
    private static string ClockOf(string clocks)
    {
        int open = clocks.IndexOf('[', StringComparison.Ordinal), close = clocks.IndexOf(']', StringComparison.Ordinal);
        return open >= 0 && close > open ? clocks[(open + 1)..close] : clocks.Trim();
    }

    private static TracerRefusedException Used(string why) => new(
        $"this kernel has function_graph as its global tracer only, which is in use ({why})",
        "end what uses it, or boot Linux 6.12 or later, where a recording has one of its own");
}

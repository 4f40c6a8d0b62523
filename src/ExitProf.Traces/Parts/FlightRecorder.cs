using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// Keeps the last minutes of a recording, in parts on the disk of which the oldest are deleted. At the end, on request, and when an exit
/// takes longer than a limit, they become a trace.
/// </summary>
/// <remarks>
/// A dump that is made while it records only renames the parts, which takes no time; they are joined when the recording has ended. Where
/// it does not come to its end, or there is no room to join them, the parts stay, and each is a trace.
/// </remarks>
public sealed class FlightRecorder : ITraceSink, IDisposable
{
    /// <summary>Parts of the kept time: up to one of them is kept in addition.</summary>
    private const int PartsOfKept = 8;

    /// <summary>Slow exits make no more dumps than this: a guest that is always slow would keep everything.</summary>
    private const int MostTriggered = 10;

    private readonly PartNames names;
    private readonly TimeSpan kept;
    private readonly TimeSpan? limit;
    private readonly SlowExitCounter? slow;
    private readonly TraceParts parts;
    private readonly List<TracePart> ring = [];
    private readonly List<List<TracePart>> dumps = [];
    private readonly List<string> written = [];
    private int known;
    private int requested;
    private int triggered;
    private ulong quietUntil;
    private ulong hertz;
    private long slowExits;
    private (long Parts, long Exits) deleted;
    private bool ended;
    private bool disposed;

    /// <param name="names">Where traces and parts go.</param>
    /// <param name="kept">How much of the end of the recording is kept.</param>
    /// <param name="limit">The time that an exit has to take to make a dump; null for none.</param>
    public FlightRecorder(PartNames names, TimeSpan kept, TimeSpan? limit)
    {
        (this.names, this.kept, this.limit) = (names, kept, limit);
        slow = limit is { } most ? new SlowExitCounter(most) : null;
        parts = new TraceParts(names) { MostTime = kept / PartsOfKept };
    }

    /// <summary>The traces that were made, in order; after the end.</summary>
    public IReadOnlyList<string> Written => written;

    /// <summary>Traces that were not joined, in order of time; after <see cref="Dispose"/>.</summary>
    public IReadOnlyList<string> Left { get; private set; } = [];

    /// <summary>Makes a dump when the current round ends; for any thread.</summary>
    public void Request() => Interlocked.Exchange(ref requested, 1);

    public void Header(TraceHeader header)
    {
        hertz = (ulong)Math.Max(header.Clock.Hertz, 1);
        slow?.Header(header);
        parts.Header(header);
    }

    public void Class(ExitClass exitClass)
    {
        slow?.Class(exitClass);
        parts.Class(exitClass);
    }

    public void Block(Block block)
    {
        bool dump = Volatile.Read(ref requested) != 0;
        if (dump) parts.EndsWithRound = true;
        parts.Block(block);
        if (parts.Finished.Count == known) return;
        TakeFinished();
        if (dump) Dump();
        else Trim(block.StartTsc);
    }

    public void Exits(in ExitBatch batch)
    {
        parts.Exits(batch);
        if (slow == null) return;
        int count = slow.Count(in batch);
        if (count == 0) return;
        slowExits += count;
        if (triggered >= MostTriggered || batch.StartTsc < quietUntil) return;
        triggered++;
        quietUntil = batch.StartTsc + (ulong)(kept.TotalSeconds * hertz);
        Request();
    }

    public void Finding(Finding finding) => parts.Finding(finding);

    public void Thread(VcpuIdentity thread) => parts.Thread(thread);

    public void Metric(TableFigure metric) => parts.Metric(metric);

    public void Stack(StackCount stack) => parts.Stack(stack);

    public void EventCost(EventCost cost) => parts.EventCost(cost);

    public void OuterMachine(OuterMachine machine) => parts.OuterMachine(machine);

    public void End(TraceTotals totals)
    {
        parts.End(totals);
        TakeFinished();
        ended = true;
    }

    public void Flush() => parts.Flush();

    /// <summary>Joins what was kept, if the recording came to its end, and removes the parts.</summary>
    /// <exception cref="IOException">They cannot be joined.</exception>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        parts.Close();
        try
        {
            if (!ended) return;
            for (int i = 0; i < dumps.Count; i++) Join(dumps[i], names.Dump(i + 1));
            // A dump at the very end has everything already.
            if (ring.Count > 0) Join(ring, names.Whole);
        }
        finally
        {
            IEnumerable<string> rest = dumps.Append(ring).SelectMany(d => d).Select(p => p.Path);
            Left = LeftParts.Of(parts.Unfinished is { } path ? rest.Append(path) : rest);
        }
    }

    private void TakeFinished()
    {
        for (; known < parts.Finished.Count; known++) ring.Add(parts.Finished[known]);
    }

    private void Dump()
    {
        Interlocked.Exchange(ref requested, 0);
        int dump = dumps.Count + 1;
        var moved = new List<TracePart>();
        dumps.Add(moved);
        for (; ring.Count > 0; ring.RemoveAt(0))
        {
            TracePart renamed = ring[0] with { Path = names.DumpPart(dump, moved.Count + 1) };
            File.Move(ring[0].Path, renamed.Path, overwrite: true);
            moved.Add(renamed);
        }
    }

    private void Trim(ulong now)
    {
        while (ring.Count > 0 && parts.Seconds(ring[0].EndTsc, now) > kept.TotalSeconds)
        {
            File.Delete(ring[0].Path);
            deleted = (deleted.Parts + 1, deleted.Exits + ring[0].Exits);
            ring.RemoveAt(0);
        }
    }

    private void Join(List<TracePart> from, string path)
    {
        string about = string.Create(CultureInfo.InvariantCulture, $"the last {kept.TotalSeconds:0.###} s, by --keep, in {from.Count} parts");
        JoinedTrace.Write(from, path, about, [.. Findings()]);
        written.Add(path);
        foreach (TracePart part in from) File.Delete(part.Path);
        from.Clear();
    }

    private IEnumerable<Finding> Findings()
    {
        if (deleted.Exits > 0)
        {
            yield return FindingKind.KeptWindow.Of(deleted.Exits, string.Create(
                CultureInfo.InvariantCulture,
                $"Only the last {kept.TotalSeconds:0.###} s were to be kept: {deleted.Exits:N0} earlier exits were deleted."));
        }
        if (slowExits > 0)
        {
            yield return FindingKind.SlowExits.Of(slowExits, string.Create(
                CultureInfo.InvariantCulture,
                $"{slowExits:N0} exits of the recording took longer than {limit!.Value.TotalMilliseconds:0.###} ms; they made {triggered} dumps, at most one in {kept.TotalSeconds:0.###} s and {MostTriggered} in all."));
        }
    }
}

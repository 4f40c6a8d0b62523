using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// The kernel events of one thread, in the order of time: those of a thread that moves come from the buffers of several CPUs.
/// </summary>
internal sealed class ThreadEvents
{
    private ulong[] times = new ulong[1 << 15];
    private Stamp[] stamps = new Stamp[1 << 15];
    private int lastBuffer = -1;
    private bool severalBuffers;

    public int Count { get; private set; }

    public ReadOnlySpan<ulong> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<Stamp> Stamps => stamps.AsSpan(0, Count);

    public void Clear() => (Count, lastBuffer, severalBuffers) = (0, -1, false);

    /// <param name="buffer">The number of the buffer that it comes from; each is read to its end before the next.</param>
    public void Add(int buffer, ulong time, Stamp stamp)
    {
        severalBuffers |= lastBuffer >= 0 && buffer != lastBuffer;
        lastBuffer = buffer;
        if (Count == times.Length)
        {
            Array.Resize(ref times, 2 * Count);
            Array.Resize(ref stamps, 2 * Count);
        }
        (times[Count], stamps[Count]) = (time, stamp);
        Count++;
    }

    /// <summary>Puts the events of several buffers into the order of time; those of one buffer stay as the kernel wrote them.</summary>
    public void Merge()
    {
        if (!severalBuffers) return;
        // Stable: events of one time stay in the order of their buffer.
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(i => times[i])];
        ulong[] orderedTimes = [.. order.Select(i => times[i])];
        Stamp[] orderedStamps = [.. order.Select(i => stamps[i])];
        orderedTimes.CopyTo(times, 0);
        orderedStamps.CopyTo(stamps, 0);
        severalBuffers = false;
    }
}

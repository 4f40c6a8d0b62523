using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>
/// Brings exits and the calls of their thread together: which functions were open when an exit began, and which calls began and ended in
/// which step of it. Exits with the same calls in the same steps took one way.
/// </summary>
public sealed class CalledExits
{
    private readonly Dictionary<string, CalledWay> ways = new(StringComparer.Ordinal);
    private readonly List<GraphRecord> open = [];
    private readonly List<ulong> points = [];
    private readonly List<ulong> times = [];
    private GraphRecord[] calls = [];
    private int at;

    /// <summary>Exits that were brought together with their calls.</summary>
    public long Exits { get; private set; }

    /// <summary>Exits whose calls do not begin and end as calls do, and those whose stamps contradict each other.</summary>
    public long Broken { get; private set; }

    /// <summary>The way that most exits took; null if there is none.</summary>
    public CalledWay? MostFrequent => ways.Count == 0 ? null : ways.Values.MaxBy(w => w.Exits);

    /// <summary>Takes the records of the next block; no call is open where it begins.</summary>
    public void Begin(IEnumerable<GraphRecord> records)
    {
        calls = [.. records];
        at = 0;
        open.Clear();
    }

    /// <summary>Takes the next exit of the block.</summary>
    /// <param name="counts">False for an exit that is not to be used: its calls are only followed.</param>
    public void Add(ReadOnlySpan<Stamp> signature, ReadOnlySpan<ulong> stamps, bool counts)
    {
        while (at < calls.Length && calls[at].Time < stamps[0]) Follow(calls[at++]);
        ImmutableArray<ulong> outer = [.. open.Select(o => o.Function)];
        points.Clear();
        times.Clear();
        bool whole = true;
        for (int step = 0; step < stamps.Length - 1; step++)
        {
            Point(0, stamps[step]);
            for (; at < calls.Length && calls[at].Time < stamps[step + 1]; at++)
            {
                Point(CalledWay.Point(calls[at]), calls[at].Time);
                whole &= Follow(calls[at]);
            }
        }
        times.Add(stamps[^1]);
        for (int i = 1; i < times.Count; i++) whole &= times[i] >= times[i - 1];
        if (!counts) return;
        if (whole) Count(signature, outer);
        else Broken++;
    }

    private void Point(ulong point, ulong time)
    {
        points.Add(point);
        times.Add(time);
    }

    private void Count(ReadOnlySpan<Stamp> signature, ImmutableArray<ulong> outer)
    {
        Exits++;
        // All that makes a way, its numbers taken as characters: a key that compares itself.
        ulong[] whole = [(ulong)outer.Length, .. outer, .. signature.ToArray().Select(s => (ulong)s), .. points];
        string key = new(MemoryMarshal.Cast<ulong, char>(whole));
        if (!ways.TryGetValue(key, out CalledWay? way)) ways.Add(key, way = new CalledWay([.. signature], outer, [.. points]));
        way.Add(times);
    }

    /// <summary>Opens a call or closes it.</summary>
    /// <returns>False if it is not the one that can end, or begins where none can.</returns>
    private bool Follow(GraphRecord record)
    {
        if (record.IsEntry)
        {
            bool inside = open.Count == 0 || open[^1].Depth < record.Depth;
            while (open.Count > 0 && open[^1].Depth >= record.Depth) open.RemoveAt(open.Count - 1);
            open.Add(record);
            return inside;
        }
        bool last = open.Count > 0 && (open[^1].Depth, open[^1].Function) == (record.Depth, record.Function);
        while (open.Count > 0 && open[^1].Depth >= record.Depth) open.RemoveAt(open.Count - 1);
        return last;
    }
}

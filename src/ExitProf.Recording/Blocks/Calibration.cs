using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// A few hundred exits before the recording: which signature this host's exits have, and what an event costs at least. It only finds out
/// which borders exist; what they mean stands in the border table.
/// </summary>
internal sealed class Calibration
{
    public const int Blocks = 4;
    public const int ExitsPerBlock = 100;

    /// <summary>
    /// The same for units of guest work and for calls of the VMM, which take milliseconds and have no signature to be found.
    /// </summary>
    public const int UnitsPerBlock = 2;

    private readonly Dictionary<string, (ImmutableArray<Stamp> Signature, int Count)> signatures = [];
    private readonly List<ulong> noteGaps = [];
    private readonly List<ulong> eventGaps = [];
    private double floor = double.NaN;

    public int Total { get; private set; }

    public void Add(ReadOnlySpan<Stamp> signature, ReadOnlySpan<ulong> stamps)
    {
        Total++;
        string key = string.Join(',', signature.ToArray().Select(s => (int)s));
        (ImmutableArray<Stamp> known, int count) = signatures.GetValueOrDefault(key, ([.. signature], 0));
        signatures[key] = (known, count + 1);
        bool note = false;
        ulong least = ulong.MaxValue;
        for (int i = 1; i < signature.Length; i++)
        {
            if (!signature[i - 1].IsKernelEvent() || !signature[i].IsKernelEvent()) continue;
            ulong gap = stamps[i] - stamps[i - 1];
            least = Math.Min(least, gap);
            if (note || signature[i - 1] != Stamp.RcuStart || signature[i] != Stamp.RcuEnd) continue;
            note = true;
            noteGaps.Add(gap);
        }
        if (least != ulong.MaxValue) eventGaps.Add(least);
    }

    /// <summary>The most frequent signature that the row explains; null if there is none.</summary>
    public ImmutableArray<Stamp>? Signature(BorderRow row)
    {
        var explained = signatures.Values.Where(s => Walk.Of(row, s.Signature.AsSpan()) != null).ToList();
        return explained.Count > 0 ? explained.MaxBy(s => s.Count).Signature : null;
    }

    /// <summary>The share of exits that have the signature.</summary>
    public double Share(ImmutableArray<Stamp> signature) =>
        signatures.Values.Where(s => s.Signature.AsSpan().SequenceEqual(signature.AsSpan())).Sum(s => s.Count) / (double)Total;

    /// <summary>Ends a block: its median gap is a candidate for the floor.</summary>
    public void EndBlock(int grain)
    {
        List<ulong> gaps = noteGaps.Count > 0 ? noteGaps : eventGaps;
        double median = GroupedMedian.Of(gaps.ToArray(), grain);
        if (!(floor <= median)) floor = median;
        FloorIsUpperBound = noteGaps.Count == 0;
        noteGaps.Clear();
        eventGaps.Clear();
    }

    /// <summary>
    /// What one event costs at least, in cycles: the gap between the two notes that RCU writes back to back with nothing between them, or
    /// where there are none the smallest gap between two events of an exit. The least of the blocks' medians, because another load on the
    /// machine can only add to it. NaN without events.
    /// </summary>
    public double ProbeFloor => floor;

    /// <summary>True if the floor comes from the smallest gap, which may hold some of the kernel's own work.</summary>
    public bool FloorIsUpperBound { get; private set; }
}

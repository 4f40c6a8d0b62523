using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Adds the exits of a foreign machine up by reason and slice of time. A slice is what the interval of a mean is made of: exits of one
/// moment have much in common.
/// </summary>
/// <param name="first">Where the first slice begins, in ticks.</param>
/// <param name="span">Ticks of all slices together.</param>
internal sealed class ReasonSlices(ulong first, double span) : ITraceSink
{
    /// <summary>Enough for an interval, few enough for rare reasons.</summary>
    internal const int Count = 24;

    private readonly Dictionary<ReasonKey, Slice[]> slices = [];
    private readonly List<(Slice[] Slices, bool Paired)> byClass = [];
    private readonly ExitBuffer buffer = new();
    private readonly ulong[] stamps = new ulong[ExitClass.MaxStamps];
    private byte[] lengths = [];
    private int grain = 1;

    /// <summary>The exits of one reason that began in one slice.</summary>
    internal record struct Slice(long Exits, long Paired, double Ticks)
    {
        internal readonly double Mean => Ticks / Paired;
    }

    /// <summary>The slices of a reason that the trace has; nothing for any other.</summary>
    internal ReadOnlySpan<Slice> Of(ReasonKey key) => slices.GetValueOrDefault(key);

    public void Header(TraceHeader header) => grain = header.Clock.Grain;

    public void Class(ExitClass exitClass)
    {
        while (byClass.Count < exitClass.Index) Add(ExitClass.Lost);
        Add(exitClass);
    }

    public void Exits(in ExitBatch batch)
    {
        var decoder = new ExitDecoder(batch, grain, lengths.AsSpan(0, byClass.Count), buffer);
        while (decoder.Next())
        {
            decoder.CopyStamps(stamps);
            (Slice[] own, bool paired) = byClass[decoder.Class];
            double since = stamps[0] >= first ? stamps[0] - first : 0;
            ref Slice slice = ref own[span > 0 ? (int)Math.Min(since / span * Count, Count - 1) : 0];
            slice.Exits++;
            ulong last = stamps[decoder.Length - 1];
            if (!paired || last < stamps[0]) continue;
            slice.Paired++;
            slice.Ticks += last - stamps[0];
        }
    }

    public void Block(Block block)
    {
    }

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }

    private void Add(ExitClass exitClass)
    {
        var key = ReasonKey.Of(exitClass);
        if (!slices.TryGetValue(key, out Slice[]? own)) slices.Add(key, own = new Slice[Count]);
        if (byClass.Count == lengths.Length) Array.Resize(ref lengths, Math.Max(16, lengths.Length * 2));
        lengths[byClass.Count] = checked((byte)exitClass.Signature.Length);
        byClass.Add((own, exitClass.Signature.AsSpan().HasBothEnds()));
    }
}

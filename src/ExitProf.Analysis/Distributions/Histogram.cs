using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Analysis;

/// <summary>
/// Log-linear histogram of non-negative integers: exact below 8,192, above that in buckets at most 1/4,096 (0.025 %) of their value wide.
/// With TSC ticks as unit that is exact for exits up to 8,192 ticks. It grows with the largest value seen and merges by addition.
/// </summary>
public sealed partial class Histogram
{
    /// <summary>2^12 buckets for each power of two.</summary>
    private const int Bits = 12;

    /// <summary>Below this a bucket is one wide and its number is the value.</summary>
    private const int Linear = 2 << Bits;

    private const int FirstLength = 512;

    /// <summary>The bucket of the largest value of 64 bits.</summary>
    private const int LastBucket = ((64 - Bits) << Bits) + (1 << Bits) - 1;

    /// <summary>
    /// The number of small and of large values that are kept one by one before they get counters: what a file can make a histogram take is
    /// then at most some ten times what its values took in the file, and a table of a few exits costs no megabytes.
    /// </summary>
    private const int FewNear = 1024, FewFar = 8192;

    /// <summary>Counters of the values below its length, at most <see cref="Linear"/>; empty while they are few.</summary>
    private readonly NearCounters near = new();

    /// <summary>
    /// Counters of the buckets, by their number; empty while there are few far values. Near values that come with far ones are counted here
    /// too, because asking each value what it is takes longer than counting it, until <see cref="Fold"/>.
    /// </summary>
    private long[] far = [];

    private FewValues fewNear;
    private FewValues fewFar;

    /// <summary>What a summary had, in ascending order, until something is added to it: a report of it needs no counters.</summary>
    private List<(int Bucket, long Count)>? kept;

    /// <summary>How many values those are: every figure of a report asks for it.</summary>
    private long keptCount;
    private ulong farMin = ulong.MaxValue;
    private ulong farMax;
    private bool folded = true;

    /// <summary>How many values. Added up here, because the hot path counts nothing but its bucket.</summary>
    public long Count
    {
        get
        {
            Fold();
            return near.Sum() + Sum(far) + fewNear.Count + fewFar.Count + keptCount;
        }
    }

    /// <summary>Exact; NaN without values.</summary>
    public double Min => SmallestNear() is var small and >= 0 ? small : farMax > 0 ? farMin : double.NaN;

    /// <summary>Exact; NaN without values.</summary>
    public double Max => farMax > 0 ? farMax : LargestNear() is var large and >= 0 ? large : double.NaN;

    /// <summary>
    /// The middle one of all values, of two middle ones the lower, and how many there are of it. Exact below 8,192, and above that while
    /// no more than 8,192 values are: else the first value of its bucket, and how many that has. That is the most frequent value wherever
    /// more than half of all are equal. NaN and 0 without values.
    /// </summary>
    public (double Value, long Count) Common()
    {
        long before = 0, half = (Count + 1) / 2;
        foreach ((int bucket, long n) in Buckets())
        {
            if (before + n >= half)
            {
                return bucket >= Linear && fewFar.Count > 0
                    ? CommonOfFew(bucket, half - before)
                    : (Math.Max(Min, Range(bucket).Low), n);
            }
            before += n;
        }
        return (double.NaN, 0);
    }

    /// <summary>The same within a bucket whose values are known one by one.</summary>
    /// <param name="rank">Counted from 1.</param>
    private (double Value, long Count) CommonOfFew(int bucket, long rank)
    {
        ulong[] values = [.. fewFar.Values];
        ulong[] inside = [.. values.Where(v => FarBucket(v) == bucket).Order()];
        ulong middle = inside[rank - 1];
        return (middle, inside.Count(v => v == middle));
    }

    public void Add(ulong value) => Add(value, 1);

    public void Add(ulong value, long times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        if (times == 0) return;
        if (value < (ulong)near.Length) near.Add((int)value, times);
        else if (value >= Linear && FarBucket(value) is var index && (uint)index < (uint)far.Length)
        {
            far[index] += times;
            if (value < farMin) farMin = value;
            if (value > farMax) farMax = value;
        }
        else CountElsewhere(value, times);
    }

    /// <param name="most">The largest of them.</param>
    internal void Add(ReadOnlySpan<ushort> values, ushort most)
    {
        CountKept();
        if (most < near.Length) near.Add(values);
        else if (most >= Linear) AddEach(values);
        else if (near.Length == 0 && fewNear.Count + values.Length <= FewNear) fewNear.Add(values);
        else
        {
            GrowNear(most);
            near.Add(values);
        }
    }

    internal void Add(ReadOnlySpan<uint> values)
    {
        CountKept();
        Span<ushort> buckets = stackalloc ushort[FarBuckets.AtOnce];
        for (; !values.IsEmpty; values = values[Math.Min(FarBuckets.AtOnce, values.Length)..])
        {
            ReadOnlySpan<uint> some = values[..Math.Min(FarBuckets.AtOnce, values.Length)];
            (uint leastFar, uint most) = FarBuckets.Ends(some, Linear);
            bool few = most >= Linear && far.Length == 0 && fewFar.Count + some.Length <= FewFar;
            if (few || most >= FarBuckets.Limit)
            {
                AddEach(some);
                continue;
            }
            FarBuckets.Of(some, buckets);
            if (most < Linear) Add(buckets[..some.Length], (ushort)most);
            else AddBuckets(buckets[..some.Length], leastFar, most);
        }
    }

    /// <param name="leastFar">The least value that is not a near one.</param>
    /// <param name="most">The largest value, which is a far one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBuckets(ReadOnlySpan<ushort> buckets, ulong leastFar, ulong most)
    {
        if (FarBucket(most) >= far.Length) GrowFar(FarBucket(most));
        long[] counters = far;
        foreach (ushort bucket in buckets) counters[bucket]++;
        folded = false;
        farMin = Math.Min(farMin, leastFar);
        farMax = Math.Max(farMax, most);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddEach<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        // On a clock with a fine grain most values are far ones: their counters are reached without the checks of the others.
        (ulong least, ulong most) = (ulong.MaxValue, 0);
        long[] counters = far;
        foreach (T one in values)
        {
            ulong value = ulong.CreateTruncating(one);
            if (value >= Linear && FarBucket(value) is var index && (uint)index < (uint)counters.Length)
            {
                counters[index]++;
                if (value < least) least = value;
                if (value > most) most = value;
                continue;
            }
            Add(value, 1);
            counters = far;
        }
        if (most == 0) return;
        farMin = Math.Min(farMin, least);
        farMax = Math.Max(farMax, most);
    }

    public void Merge(Histogram other)
    {
        if (other.IsEmpty) return;
        if (IsEmpty) (kept, keptCount) = (other.kept, other.keptCount);
        else if (IsAsKept && other.IsAsKept) JoinKept(other);
        else
        {
            CountKept();
            CountBuckets(other.kept ?? []);
        }
        other.Fold();
        if (other.near.Length > 0)
        {
            GrowNear((ulong)other.near.Length - 1);
            near.Absorb(other.near);
        }
        if (other.far.Length > 0)
        {
            GrowFar(other.far.Length - 1);
            ReadOnlySpan<Vector256<long>> from = MemoryMarshal.Cast<long, Vector256<long>>(other.far);
            Span<Vector256<long>> to = MemoryMarshal.Cast<long, Vector256<long>>(far.AsSpan(0, other.far.Length));
            for (int i = 0; i < from.Length; i++) to[i] += from[i];
        }
        foreach (ulong value in other.fewNear.Values) Add(value);
        foreach (ulong value in other.fewFar.Values) Add(value);
        farMin = Math.Min(farMin, other.farMin);
        farMax = Math.Max(farMax, other.farMax);
    }

    /// <summary>The buckets that have values, in ascending order: the first value of each, and how many it has.</summary>
    internal IEnumerable<(ulong First, long Count)> Counted()
    {
        foreach ((int bucket, long n) in Buckets()) yield return ((ulong)Range(bucket).Low, n);
    }

    private static (double Low, double Width) Range(int index)
    {
        int shift = Math.Max(0, (index >> Bits) - 1);
        return ((double)((ulong)(index - (shift << Bits)) << shift), 1UL << shift);
    }

    /// <summary>Widths double with every 2^12 buckets, and from the second 4,096 on the number goes on without a gap.</summary>
    private static int FarBucket(ulong value)
    {
        int shift = BitOperations.Log2(value) - Bits;
        return (shift << Bits) + (int)(value >> shift);
    }

    private static long Sum(long[] counts)
    {
        Vector256<long> sum = Vector256<long>.Zero;
        foreach (Vector256<long> v in MemoryMarshal.Cast<long, Vector256<long>>(counts)) sum += v;
        return Vector256.Sum(sum);
    }

    /// <summary>All buckets that have values, in ascending order.</summary>
    private List<(int Bucket, long Count)> Buckets()
    {
        if (kept is not null) return kept;
        Fold();
        var buckets = new List<(int, long)>();
        AddFew(fewNear, value => (int)value);
        near.AppendTo(buckets);
        AddFew(fewFar, FarBucket);
        for (int i = 0; far.AsSpan(i).IndexOfAnyExcept(0) is >= 0 and var empty; i++)
        {
            i += empty;
            buckets.Add((i, far[i]));
        }
        return buckets;

        void AddFew(FewValues few, Func<ulong, int> bucketOf)
        {
            ulong[] sorted = [.. few.Values];
            Array.Sort(sorted);
            foreach (var same in sorted.Select(bucketOf).CountBy(b => b)) buckets.Add((same.Key, same.Value));
        }
    }

    private void CountElsewhere(ulong value, long times)
    {
        CountKept();
        if (value < Linear)
        {
            if (near.Length == 0 && times == 1 && fewNear.Count < FewNear)
            {
                fewNear.Add(value);
                return;
            }
            GrowNear(value);
            near.Add((int)value, times);
            return;
        }
        farMin = Math.Min(farMin, value);
        farMax = Math.Max(farMax, value);
        if (far.Length == 0 && times == 1 && fewFar.Count < FewFar)
        {
            fewFar.Add(value);
            return;
        }
        GrowFar(FarBucket(value));
        far[FarBucket(value)] += times;
    }

    /// <summary>Sees to it that this value has a counter; those that were few have theirs then too.</summary>
    private void GrowNear(ulong value)
    {
        ulong most = value;
        foreach (ulong one in fewNear.Values) most = Math.Max(most, one);
        if (most >= (ulong)near.Length) near.Grow(Math.Max(FirstLength, (int)BitOperations.RoundUpToPowerOf2((uint)most + 1)));
        foreach (ulong one in fewNear.Values) near.Add((int)one, 1);
        fewNear = default;
    }

    /// <summary>
    /// Takes near values out of the counters of all, for those who look. Several may look at once: text, page and pictures of a report are
    /// made side by side.
    /// </summary>
    private void Fold()
    {
        if (Volatile.Read(ref folded)) return;
        lock (near)
        {
            if (folded) return;
            int last = far.AsSpan(0, Linear).LastIndexOfAnyExcept(0);
            if (last >= 0) GrowNear((ulong)last);
            for (int i = 0; i <= last; i++)
            {
                if (far[i] > 0) near.Add(i, far[i]);
            }
            Array.Clear(far, 0, Linear);
            Volatile.Write(ref folded, true);
        }
    }

    private void GrowFar(int bucket)
    {
        int most = bucket;
        foreach (ulong one in fewFar.Values) most = Math.Max(most, FarBucket(one));
        if (most >= far.Length) Array.Resize(ref far, ((most >> Bits) + 1) << Bits);
        foreach (ulong one in fewFar.Values) far[FarBucket(one)]++;
        fewFar = default;
    }

    private long SmallestNear()
    {
        if (kept is [var first, ..]) return first.Bucket < Linear ? first.Bucket : -1;
        Fold();
        if (fewNear.Count == 0) return near.First();
        ulong least = ulong.MaxValue;
        foreach (ulong one in fewNear.Values) least = Math.Min(least, one);
        return (long)least;
    }

    private long LargestNear()
    {
        if (kept is [.., var last]) return last.Bucket < Linear ? last.Bucket : -1;
        Fold();
        if (fewNear.Count == 0) return near.Last();
        ulong most = 0;
        foreach (ulong one in fewNear.Values) most = Math.Max(most, one);
        return (long)most;
    }
}

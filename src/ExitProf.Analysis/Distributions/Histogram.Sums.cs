using System.Runtime.CompilerServices;

namespace ExitProf.Analysis;

/// <content>How it stands in a summary.</content>
public sealed partial class Histogram
{
    internal void Save(SumsWriter to)
    {
        List<(int Bucket, long Count)> buckets = Buckets();
        to.Number(buckets.Count);
        int before = 0;
        foreach ((int bucket, long count) in buckets)
        {
            to.Number(bucket - before);
            to.Number(count);
            before = bucket;
        }
        to.Unsigned(farMin);
        to.Unsigned(farMax);
    }

    /// <summary>
    /// Takes over what was saved, into an empty histogram. It stays as it was until something comes to it: a small file makes no large
    /// tables.
    /// </summary>
    /// <returns>How many values there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal long Restore(SumsReader from)
    {
        int left = from.Items(bytes: 2);
        var buckets = new List<(int Bucket, long Count)>(left);
        long nearCount = 0, farCount = 0;
        for (int i = 0, bucket = 0; i < left; i++)
        {
            bucket = (int)SumsReader.Sum(bucket, from.Number(), LastBucket);
            long count = from.Number(least: 1);
            // A bucket that comes twice is not from our writer.
            if (buckets is [.., var before] && before.Bucket == bucket) buckets[^1] = (bucket, before.Count + count);
            else buckets.Add((bucket, count));
            if (bucket < Linear) nearCount = SumsReader.Sum(nearCount, count);
            else farCount = SumsReader.Sum(farCount, count);
        }
        if (nearCount > FewNear) from.Charge(2 * Linear * sizeof(uint));
        if (farCount > FewFar) from.Charge((buckets[^1].Bucket + (1L << Bits)) * sizeof(long));
        (kept, keptCount) = (left > 0 ? buckets : null, nearCount + farCount);
        (ulong least, ulong most) = (from.Unsigned(), from.Unsigned());
        if (farCount == 0) return nearCount;
        int first = buckets.Find(b => b.Bucket >= Linear).Bucket;
        if (least < Linear || most < least || FarBucket(least) != first || FarBucket(most) != buckets[^1].Bucket)
            throw new FormatException("the ends of a histogram are not in its first and last bucket");
        (farMin, farMax) = (least, most);
        return SumsReader.Sum(nearCount, farCount);
    }

    /// <summary>True if nothing has been counted. What a summary had may then stay as it is: nobody changes it.</summary>
    private bool IsEmpty => kept is null && HasNothingMore;

    /// <summary>True if it is what a summary had, and nothing has come to it.</summary>
    private bool IsAsKept => kept is not null && HasNothingMore;

    private bool HasNothingMore => near.Length == 0 && far.Length == 0 && fewNear.Count == 0 && fewFar.Count == 0;

    /// <summary>Adds what another summary had, bucket by bucket: a table of both needs no counters either.</summary>
    private void JoinKept(Histogram other)
    {
        List<(int Bucket, long Count)> first = kept!, second = other.kept!;
        var both = new List<(int Bucket, long Count)>(first.Count + second.Count);
        for (int i = 0, k = 0; i < first.Count || k < second.Count;)
        {
            if (k == second.Count || (i < first.Count && first[i].Bucket < second[k].Bucket)) both.Add(first[i++]);
            else if (i == first.Count || second[k].Bucket < first[i].Bucket) both.Add(second[k++]);
            else both.Add((first[i].Bucket, first[i++].Count + second[k++].Count));
        }
        (kept, keptCount) = (both, keptCount + other.keptCount);
    }

    /// <summary>Gives what a summary had its counters, because more comes to it.</summary>
    private void CountKept()
    {
        if (kept is not { } buckets) return;
        (kept, keptCount) = (null, 0);
        CountBuckets(buckets);
    }

    /// <summary>Adds to buckets. The ends of the far values stay: a bucket is not told from its first value.</summary>
    private void CountBuckets(List<(int Bucket, long Count)> buckets)
    {
        (ulong least, ulong most) = (farMin, farMax);
        bool nearAreFew = buckets.Sum(b => b.Bucket < Linear ? b.Count : 0) <= FewNear;
        bool farAreFew = buckets.Sum(b => b.Bucket < Linear ? 0 : b.Count) <= FewFar;
        foreach ((int bucket, long count) in buckets)
        {
            ulong value = (ulong)Range(bucket).Low;
            bool oneByOne = bucket < Linear ? nearAreFew && near.Length == 0 : farAreFew && far.Length == 0;
            if (!oneByOne) Add(value, count);
            else for (long n = count; n > 0; n--) Add(value, 1);
        }
        (farMin, farMax) = (least, most);
    }
}

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
    /// Takes over what was saved, into an empty histogram. Few values are kept one by one again: a small file makes no large tables.
    /// </summary>
    /// <returns>How many values there are.</returns>
    internal long Restore(SumsReader from)
    {
        int left = from.Items(bytes: 2);
        long[] counts = new long[left];
        int[] buckets = new int[left];
        long nearCount = 0, farCount = 0;
        for (int i = 0, bucket = 0; i < left; i++)
        {
            bucket = (int)SumsReader.Sum(bucket, from.Number(), LastBucket);
            (buckets[i], counts[i]) = (bucket, from.Number(least: 1));
            if (bucket < Linear) nearCount = SumsReader.Sum(nearCount, counts[i]);
            else farCount = SumsReader.Sum(farCount, counts[i]);
        }
        if (nearCount > FewNear) from.Charge(2 * Linear * sizeof(uint));
        if (farCount > FewFar) from.Charge((buckets[^1] + (1L << Bits)) * sizeof(long));
        for (int i = 0; i < left; i++)
        {
            ulong value = (ulong)Range(buckets[i]).Low;
            bool few = buckets[i] < Linear ? nearCount <= FewNear : farCount <= FewFar;
            if (!few) Add(value, counts[i]);
            else for (long n = counts[i]; n > 0; n--) Add(value, 1);
        }
        (ulong least, ulong most) = (from.Unsigned(), from.Unsigned());
        if (farCount == 0) return nearCount;
        int first = Array.FindIndex(buckets, b => b >= Linear);
        if (least < Linear || most < least || FarIndex(least) + Linear != buckets[first] || FarIndex(most) + Linear != buckets[^1])
            throw new FormatException("the ends of a histogram are not in its first and last bucket");
        (farMin, farMax) = (least, most);
        return SumsReader.Sum(nearCount, farCount);
    }
}

namespace ExitProf.Traces;

/// <summary>
/// A seeded generator of random orders (Steele, Lea and Flood, OOPSLA 2014). All 64 bits of the seed count, and the seed that is printed
/// gives the same order on every version of .NET, which <see cref="Random"/> does not promise.
/// </summary>
public sealed class SplitMix64(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9e3779b97f4a7c15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>The toss of a coin.</summary>
    public bool Heads() => (Next() & 1) != 0;

    /// <summary>A number from 0 to below <paramref name="count"/>, each as likely as the others (Lemire, ACM TOMACS 29, 2019).</summary>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ulong whole = (ulong)count;
        ulong high = Math.BigMul(Next(), whole, out ulong low);
        // Of the products that begin with the same number, as many are left out as one number has more than another.
        for (ulong least = (0 - whole) % whole; low < least;) high = Math.BigMul(Next(), whole, out low);
        return (int)high;
    }

    /// <summary>Puts the items into an order drawn from all of them (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

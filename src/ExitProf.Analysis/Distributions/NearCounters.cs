using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Analysis;

/// <summary>
/// Counters of small values. Two tables of 32 bits take turns: equal values often follow each other, and a counter that is increased twice
/// in a row waits for its own store. What they can no longer hold is carried over to 64 bits, so that no trace makes one overflow.
/// </summary>
internal sealed class NearCounters
{
    /// <summary>The number of counters is a multiple.</summary>
    private static readonly int Lanes = Vector256<uint>.Count;

    private uint[] even = [];
    private uint[] odd = [];
    private long[]? carried;

    /// <summary>So many more can be counted before a counter might overflow.</summary>
    private long room = uint.MaxValue;

    /// <summary>How many have been counted since something was carried over.</summary>
    private long Counted => uint.MaxValue - room;

    /// <summary>Values below this have a counter.</summary>
    public int Length => even.Length;

    public long this[int value] => (long)even[value] + odd[value] + (carried is null ? 0 : carried[value]);

    public long Sum()
    {
        long sum = (long)(ColumnSums.Sum(even) + ColumnSums.Sum(odd));
        foreach (long times in carried ?? []) sum += times;
        return sum;
    }

    /// <summary>The least value that was counted; -1 if none was.</summary>
    public int First()
    {
        for (int i = 0; i < even.Length; i += Lanes)
        {
            for (int k = i; k < i + Lanes && !IsEmpty(i); k++) if (this[k] != 0) return k;
        }
        return -1;
    }

    /// <summary>The largest value that was counted; -1 if none was.</summary>
    public int Last()
    {
        for (int i = even.Length - Lanes; i >= 0; i -= Lanes)
        {
            for (int k = i + Lanes - 1; k >= i && !IsEmpty(i); k--) if (this[k] != 0) return k;
        }
        return -1;
    }

    /// <summary>Adds what was counted, in ascending order, each value with its number.</summary>
    public void AppendTo(List<(int Value, long Count)> counted)
    {
        for (int i = 0; i < even.Length; i += Lanes)
        {
            if (IsEmpty(i)) continue;
            for (int k = i; k < i + Lanes; k++) if (this[k] != 0) counted.Add((k, this[k]));
        }
    }

    /// <summary>Whether none of the values from here on, as many as a vector has, was counted: most were not.</summary>
    private bool IsEmpty(int first) => carried is null
        && (Vector256.Create(even.AsSpan(first, Lanes)) | Vector256.Create(odd.AsSpan(first, Lanes))) == Vector256<uint>.Zero;

    public void Grow(int length)
    {
        Array.Resize(ref even, length);
        Array.Resize(ref odd, length);
        if (carried is not null) Array.Resize(ref carried, length);
    }

    public void Add(int value, long times)
    {
        if (times > room) Carry();
        if (times > uint.MaxValue) (carried ??= new long[even.Length])[value] += times;
        else
        {
            even[value] += (uint)times;
            room -= times;
        }
    }

    public void Add(int value)
    {
        if (room < 1) Carry();
        even[value]++;
        room--;
    }

    /// <summary>Counts values that all have a counter.</summary>
    public void Add(ReadOnlySpan<ushort> values)
    {
        if (values.Length > room) Carry();
        room -= values.Length;
        Count(values, even, odd);
    }

    /// <param name="other">Has no more counters.</param>
    public void Absorb(NearCounters other)
    {
        if (other.carried is null && other.Counted <= room)
        {
            room -= other.Counted;
            ColumnSums.Add(other.even, even);
            ColumnSums.Add(other.odd, odd);
            return;
        }
        for (int i = 0; i < other.Length; i++)
        {
            if (other[i] is > 0 and var times) Add(i, times);
        }
    }

    /// <remarks>Every step of every exit passes here: optimised from the first call on.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count(ReadOnlySpan<ushort> values, uint[] even, uint[] odd)
    {
        // Four at a time: one load for four values.
        ReadOnlySpan<ulong> fours = MemoryMarshal.Cast<ushort, ulong>(values);
        foreach (ulong four in fours)
        {
            even[(ushort)four]++;
            odd[(ushort)(four >> 16)]++;
            even[(ushort)(four >> 32)]++;
            odd[(int)(four >> 48)]++;
        }
        foreach (ushort value in values[(fours.Length * 4)..]) even[value]++;
    }

    private void Carry()
    {
        carried ??= new long[even.Length];
        for (int i = 0; i < even.Length; i++) carried[i] += (long)even[i] + odd[i];
        Array.Clear(even);
        Array.Clear(odd);
        room = uint.MaxValue;
    }
}

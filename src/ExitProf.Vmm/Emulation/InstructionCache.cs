using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Vmm;

/// <summary>
/// Decoded instructions by <see cref="InstructionKey"/>: sets of eight, chosen by a hash of the key; in a full set the instruction that was
/// not used for longest makes room. Everything is allocated at the start.
/// </summary>
public sealed class InstructionCache : IInstructionCache
{
    private const int MostWays = 8;

    private readonly int ways;
    private readonly uint sets;

    // A set's tags are one cache line. 0 is an empty entry.
    private readonly ulong[] tags;
    private readonly long[] used;
    private readonly CachedInstruction[] instructions;
    private readonly InstructionPlace[] places;
    private long clock;
    private long hits;
    private long misses;
    private long evictions;
    private long invalidations;

    /// <param name="entries">The most instructions that it keeps; above eight, rounded down to whole sets.</param>
    /// <param name="withPlaces">Whether it is told where instructions lie, to drop them by address.</param>
    public InstructionCache(int entries, bool withPlaces)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        ways = Math.Min(entries, MostWays);
        sets = (uint)(entries / ways);
        tags = new ulong[Capacity];
        used = new long[Capacity];
        instructions = new CachedInstruction[Capacity];
        places = withPlaces ? new InstructionPlace[Capacity] : [];
    }

    public int Capacity => (int)sets * ways;

    public CacheCounters Counters => new(hits, misses, evictions, invalidations, 0);

    /// <summary>
    /// The index of an instruction; -1 if it is not there. Counts nothing: whether it is a hit is for the caller to find out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(in InstructionKey key)
    {
        ulong tag = Tag(key);
        int first = (int)Math.BigMul(tag, sets, out _) * ways;
        ReadOnlySpan<ulong> set = tags.AsSpan(first, ways);
        for (int i = 0; i < set.Length; i++)
        {
            if (set[i] == tag && instructions[first + i].Key == key) return first + i;
        }
        return -1;
    }

    public ref readonly CachedInstruction this[int index] => ref instructions[index];

    /// <summary>True if these are the bytes of an instruction in it. Sixteen are read.</summary>
    public bool HasBytes(int index, Vector128<byte> bytes) => instructions[index].HasBytes(bytes);

    public ref readonly InstructionPlace Place(int index) => ref places[index];

    public void Hit(int index)
    {
        hits++;
        used[index] = ++clock;
    }

    public void Miss() => misses++;

    /// <summary>The instruction is there, but it is not what the guest has there now.</summary>
    public void Drop(int index)
    {
        invalidations++;
        tags[index] = 0;
    }

    /// <summary>Keeps an instruction that is not there yet.</summary>
    /// <returns>Its index, to say where it lies.</returns>
    public int Insert(in InstructionKey key, in EmulatedInstruction instruction, in InstructionBytes bytes)
    {
        ulong tag = Tag(key);
        int first = (int)Math.BigMul(tag, sets, out _) * ways, at = first;
        for (int i = first; i < first + ways; i++)
        {
            if (tags[i] == 0)
            {
                at = i;
                break;
            }
            if (used[i] < used[at]) at = i;
        }
        if (tags[at] != 0) evictions++;
        tags[at] = tag;
        used[at] = ++clock;
        ref CachedInstruction entry = ref instructions[at];
        entry.Key = key;
        entry.Instruction = instruction;
        entry.SetBytes(bytes, instruction.Length);
        return at;
    }

    public void SetPlace(int index, in InstructionPlace place) => places[index] = place;

    /// <summary>
    /// Drops what a write changes: instructions with one of these bytes, or whose address was translated through one of them.
    /// </summary>
    public void DropWritten(ulong address, int bytes)
    {
        for (int i = 0; i < places.Length; i++)
        {
            if (tags[i] != 0 && (places[i].Overlaps(address, bytes) || places[i].CameThrough(address, bytes))) Drop(i);
        }
    }

    public void Clear() => Array.Clear(tags);

    /// <summary>A hash of the key, never 0. Its upper bits choose the set.</summary>
    private static ulong Tag(in InstructionKey key)
    {
        // 2^64 divided by the golden ratio: places in a row, 16 bytes apart, are spread evenly over the sets. Those within 16 bytes go
        // elsewhere.
        const ulong Golden = 0x9e37_79b9_7f4a_7c15;
        return (key.Rip >> 4 ^ (key.Rip & 15) << 44 ^ BitOperations.RotateLeft(key.Cr3 ^ (ulong)key.Mode << 56, 20)) * Golden | 1;
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// What stands before the time of an event, as read last: thread, CPU and flags repeat from line to line, and comparing bytes is faster
/// than taking words apart. A line whose head is not here is read as ever.
/// </summary>
internal sealed class EventTextHeads
{
    /// <summary>Shorter heads are read as fast, longer ones have a time of day, which does not repeat.</summary>
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    /// <summary>A power of two; vCPUs times CPUs times flags.</summary>
    private const int Places = 1024;

    private readonly byte[] bytes = new byte[Places * MostBytes];
    private readonly Head[] heads = new Head[Places];

    /// <summary>What a head of some bytes says; no bytes if the place is free.</summary>
    private struct Head
    {
        internal long Thread;
        internal long Process;
        internal int Cpu;
        internal int CommAt;
        internal int CommLength;
        internal byte Length;
        internal bool InterruptsOff;
    }

    /// <returns>False if the head was not kept; it is to be read, and may be kept at the place.</returns>
    /// <param name="place">-1 if it is of no length that is kept.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryFind(ReadOnlySpan<byte> head, ref EventTextRecord record, out int place)
    {
        place = -1;
        if (head.Length is < LeastBytes or > MostBytes) return false;
        place = PlaceOf(head);
        ref readonly Head found = ref heads[place];
        if (found.Length != head.Length || !bytes.AsSpan(place * MostBytes, head.Length).SequenceEqual(head)) return false;
        (record.Thread, record.Process, record.Cpu) = (found.Thread, found.Process, found.Cpu);
        (record.InterruptsOff, record.HasWallClock) = (found.InterruptsOff, false);
        record.Comm = head.Slice(found.CommAt, found.CommLength);
        return true;
    }

    /// <summary>Keeps what a head says, in place of what was there.</summary>
    internal void Keep(int place, ReadOnlySpan<byte> head, in EventTextRecord record)
    {
        if (record.HasWallClock) return;
        int comm = 0;
        if (!record.Comm.IsEmpty && !head.Overlaps(record.Comm, out comm)) return;
        head.CopyTo(bytes.AsSpan(place * MostBytes));
        heads[place] = new Head
        {
            Thread = record.Thread,
            Process = record.Process,
            Cpu = record.Cpu,
            CommAt = comm,
            CommLength = record.Comm.Length,
            Length = (byte)head.Length,
            InterruptsOff = record.InterruptsOff,
        };
    }

    /// <summary>By the end, where the numbers are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlaceOf(ReadOnlySpan<byte> head)
    {
        const ulong Prime = 0x9e37_79b9_7f4a_7c15;
        ulong last = BinaryPrimitives.ReadUInt64LittleEndian(head[^8..]), middle = BinaryPrimitives.ReadUInt64LittleEndian(head[^16..]),
            first = BinaryPrimitives.ReadUInt64LittleEndian(head[^24..]);
        return (int)(((last * Prime ^ middle) * Prime ^ first) * Prime >> 54);
    }
}

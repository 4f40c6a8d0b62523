using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ExitProf.Traces;

/// <summary>
/// The tables of the coding by rows, format 1. One exit is <c>tag, deltas</c>: the tag is a LEB128 varint of <c>class * 2 + wide</c>;
/// the deltas are one per stamp of the class's signature, each from the stamp before it (the first from the last stamp of the exit before).
/// <list type="bullet">
/// <item>narrow (all deltas are multiples of the TSC grain and below 65,536 grains): in grains, in groups of eight: a control byte whose
/// bit k says that delta k has two bytes instead of one, then the bytes, little endian. A group decodes with one byte shuffle (the idea of
/// Stream VByte, Lemire, Kurz and Rupp 2018), which is what makes tens of millions of exits per second possible.</item> <item>wide
/// (everything else: remainders within a tick, long preemptions, stamps out of order): zigzag LEB128 varints in cycles.</item>
/// </list>
/// </summary>
internal static class ExitCoding
{
    internal const int Group = 8;
    internal const uint NarrowLimit = 0x10000;

    /// <summary>For each control byte, where each byte of the eight ushorts comes from; 0xff gives zero.</summary>
    internal static readonly Vector128<byte>[] Shuffles = new Vector128<byte>[256];

    /// <summary>For each control byte, how many bytes eight deltas occupy.</summary>
    internal static readonly byte[] Lengths = new byte[256];

    static ExitCoding()
    {
        Span<byte> shuffle = stackalloc byte[16];
        for (int control = 0; control < 256; control++)
        {
            byte at = 0;
            for (int k = 0; k < Group; k++)
            {
                shuffle[2 * k] = at++;
                shuffle[2 * k + 1] = (control >> k & 1) != 0 ? at++ : (byte)0xff;
            }
            Shuffles[control] = Vector128.Create((ReadOnlySpan<byte>)shuffle);
            Lengths[control] = at;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<ushort> Spread(Vector128<byte> bytes, byte control) =>
        (Ssse3.IsSupported ? Ssse3.Shuffle(bytes, Shuffles[control]) : Vector128.Shuffle(bytes, Shuffles[control])).AsUInt16();
}

/// <summary>Encodes exits into batches, by column, and hands each full batch to a sink. Allocates nothing per exit.</summary>
public sealed class ExitEncoder
{
    /// <summary>
    /// A batch is closed when it might outgrow this. With its event's other fields it stays below the 65,535 bytes that a
    /// .nettrace payload can have (longer ones are cut without an error).
    /// </summary>
    public const int MaxDataBytes = 60_000;

    private readonly ITraceSink sink;
    private readonly ulong grain;
    private readonly ColumnEncoder columns = new();
    private readonly byte[] data = new byte[MaxDataBytes + ExitBatch.Padding];
    private int block;
    private int vcpu;
    private ulong start;
    private ulong last;

    /// <param name="grain">The header's TSC grain in cycles, at least 1.</param>
    public ExitEncoder(ITraceSink sink, int grain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);
        this.sink = sink;
        this.grain = (ulong)grain;
    }

    public long Exits { get; private set; }

    public long Batches { get; private set; }

    /// <summary>Exits added from now on belong to this block and vCPU.</summary>
    public void Begin(int block, int vcpu)
    {
        Flush();
        this.block = block;
        this.vcpu = vcpu;
    }

    /// <param name="stamps">One value of the clock, in cycles, for each stamp of the class's signature.</param>
    public void Add(ExitClass exitClass, ReadOnlySpan<ulong> stamps)
    {
        if (stamps.Length != exitClass.Signature.Length || stamps.IsEmpty)
        {
            throw new ArgumentException($"{stamps.Length} stamps for a signature of {exitClass.Signature.Length}", nameof(stamps));
        }
        if (
            columns.Count == ExitBatch.MaxExits
            || columns.MostBytes + ColumnEncoder.MostBytesOf(stamps.Length) > MaxDataBytes - Varint.MaxBytes
        )
            Flush();
        if (columns.Count == 0)
            start = last = stamps[0];
        if (IsNarrow(stamps))
        {
            Span<ushort> ticks = columns.AddTicks(exitClass.Index, stamps.Length);
            if (grain == 1) for (int i = 0; i < stamps.Length; last = stamps[i++]) ticks[i] = (ushort)(stamps[i] - last);
            else for (int i = 0; i < stamps.Length; last = stamps[i++]) ticks[i] = (ushort)((stamps[i] - last) / grain);
        }
        else
        {
            Span<long> cycles = columns.AddCycles(exitClass.Index, stamps.Length);
            for (int i = 0; i < stamps.Length; last = stamps[i++]) cycles[i] = unchecked((long)(stamps[i] - last));
        }
        Exits++;
    }

    /// <summary>Hands over what has been collected, if anything.</summary>
    public void Flush()
    {
        if (columns.Count == 0) return;
        int count = columns.Count, length = columns.Write(data, (int)grain);
        data.AsSpan(length, ExitBatch.Padding).Clear();
        sink.Exits(new ExitBatch(block, vcpu, count, start, data.AsSpan(0, length + ExitBatch.Padding)) { Coding = BatchCoding.Columns });
        Batches++;
    }

    private bool IsNarrow(ReadOnlySpan<ulong> stamps)
    {
        ulong before = last;
        if (grain == 1)
        {
            // Nanoseconds: no division.
            foreach (ulong stamp in stamps)
            {
                if (stamp - before >= ExitCoding.NarrowLimit) return false;
                before = stamp;
            }
            return true;
        }
        foreach (ulong stamp in stamps)
        {
            (ulong ticks, ulong remainder) = Math.DivRem(stamp - before, grain);
            if (remainder != 0 || ticks >= ExitCoding.NarrowLimit) return false;
            before = stamp;
        }
        return true;
    }
}

/// <summary>Decodes the exits of one batch, one after the other.</summary>
/// <remarks>Every read is bounds-checked: a damaged batch throws <see cref="FormatException"/> and nothing else.</remarks>
public ref struct ExitDecoder
{
    private readonly ReadOnlySpan<byte> data;
    private readonly ReadOnlySpan<byte> lengths;
    private readonly ulong grain;
    private readonly Span<ushort> ticks;
    private readonly Span<long> cycles;
    private readonly ColumnCursor? columns;
    private int at;
    private int left;
    private ulong last;
    private bool endsEarly;

    /// <param name="grain">The header's TSC grain in cycles.</param>
    /// <param name="signatureLengths">Number of stamps of each class, by its index; 0 for a class that is not defined (its definition was
    /// lost).</param>
    public ExitDecoder(in ExitBatch batch, int grain, ReadOnlySpan<byte> signatureLengths, ExitBuffer buffer)
    {
        data = batch.Data;
        left = batch.Count;
        last = batch.StartTsc;
        this.grain = (ulong)grain;
        lengths = signatureLengths;
        ticks = buffer.Ticks;
        cycles = buffer.Cycles;
        if (batch.Coding == BatchCoding.Columns)
        {
            columns = buffer.Columns;
            columns.Begin(batch, grain, signatureLengths);
        }
    }

    /// <summary>Index of the current exit's class, also if it is one that the trace does not define.</summary>
    public int Class { get; private set; }

    /// <summary>Exits behind the current one, without those that <see cref="LeaveOut"/> took away.</summary>
    public readonly int Left => left;

    /// <summary>Number of the current exit's stamps.</summary>
    public int Length { get; private set; }

    /// <summary>True if the current exit is in <see cref="Cycles"/>, false if it is in <see cref="Ticks"/>.</summary>
    public bool Wide { get; private set; }

    /// <summary>Deltas of a narrow exit in grains; the first is the gap since the exit before.</summary>
    public readonly ReadOnlySpan<ushort> Ticks => ticks[..Length];

    /// <summary>
    /// <see cref="Ticks"/> filled up to whole groups of eight, as they were decoded: a vector load that spans two of the decoder's stores
    /// would have to wait for both. What is beyond <see cref="Length"/> means nothing.
    /// </summary>
    public readonly ReadOnlySpan<ushort> Lanes => ticks[..((Length + ExitCoding.Group - 1) & -ExitCoding.Group)];

    /// <summary>Deltas of a wide exit in cycles.</summary>
    public readonly ReadOnlySpan<long> Cycles => cycles[..Length];

    /// <summary>Ends the given number of exits before the last one of the batch.</summary>
    public void LeaveOut(int exits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exits, left);
        left -= exits;
        endsEarly |= exits > 0;
    }

    /// <summary>Moves to the next exit; false after the last.</summary>
    /// <exception cref="FormatException">The batch is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (columns is not null) return NextOfColumns(columns);
        if (left == 0)
        {
            if (at + ExitBatch.Padding != data.Length && !endsEarly) Throw("bytes are left over after its last exit");
            return false;
        }
        left--;
        uint tag = (uint)at < (uint)data.Length ? data[at] : 0x80u;
        if (tag < 0x80) at++;
        else tag = (uint)Math.Min(Varint(), uint.MaxValue);
        Wide = (tag & 1) != 0;
        int index = (int)(tag >> 1);
        Class = index;
        if ((uint)index >= (uint)lengths.Length) Throw("it names a class that the trace does not define");
        Length = lengths[index];
        if (Length == 0) Throw("it names a class that the trace does not define");
        if (Wide) ReadWide();
        else ReadNarrow();
        return true;
    }

    private bool NextOfColumns(ColumnCursor from)
    {
        if (left == 0) return false;
        left--;
        ExitGroup group = from.Next();
        (Class, Length, Wide) = (group.Class, group.Length, !group.InColumns);
        if ((uint)Class >= (uint)lengths.Length || lengths[Class] == 0) Throw("it names a class that the trace does not define");
        if (Wide) from.CopyCycles(cycles);
        else from.CopyTicks(ticks);
        return true;
    }

    /// <summary>The current exit's stamps as values of the clock. Call it for every exit or for none: it keeps the running time.</summary>
    /// <param name="stamps">At least <see cref="Length"/> long.</param>
    public void CopyStamps(Span<ulong> stamps)
    {
        for (int i = 0; i < Length; i++)
        {
            last = unchecked(last + (Wide ? (ulong)cycles[i] : ticks[i] * grain));
            stamps[i] = last;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReadNarrow()
    {
        for (int i = 0; i < Length; i += ExitCoding.Group)
        {
            if ((uint)at + 17 > (uint)data.Length) Throw("it ends inside an exit");
            byte control = data[at++];
            ExitCoding.Spread(Vector128.Create(data.Slice(at, 16)), control).CopyTo(ticks[i..]);
            // The deltas that a short last group lacks have no bytes and no control bits: each would have counted as one byte.
            at += ExitCoding.Lengths[control] - Math.Max(0, i + ExitCoding.Group - Length);
        }
        if (at + ExitBatch.Padding > data.Length) Throw("it ends inside an exit");
    }

    private void ReadWide()
    {
        for (int i = 0; i < Length; i++)
        {
            ulong value = Varint();
            cycles[i] = (long)(value >> 1) ^ -(long)(value & 1);
        }
        if (at + ExitBatch.Padding > data.Length) Throw("it ends inside an exit");
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if ((uint)at >= (uint)data.Length) Throw("it ends inside a number");
            byte b = data[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        Throw("a number has more than 64 bits");
        return 0;
    }

    private static void Throw(string what) => throw new FormatException($"A batch of exits is damaged: {what}.");
}

/// <summary>The decoder's working memory, kept by its owner so that decoding a batch allocates nothing.</summary>
public sealed class ExitBuffer
{
    internal ushort[] Ticks { get; } = new ushort[ExitClass.MaxStamps + 1 + ExitCoding.Group];
    internal long[] Cycles { get; } = new long[ExitClass.MaxStamps + 1];

    /// <summary>Made when the first batch of columns comes.</summary>
    internal ColumnCursor Columns => field ??= new ColumnCursor();
}

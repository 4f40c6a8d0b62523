using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>Encodes exits into batches of format 1, one exit after the other, as builds before format 2 did.</summary>
public sealed class RowEncoder
{
    /// <summary>
    /// A batch is closed when it might outgrow this. With its event's other fields it stays below the 65,535 bytes that a
    /// .nettrace payload can have (longer ones are cut without an error).
    /// </summary>
    public const int MaxDataBytes = 60_000;

    private const int Group = 8;
    private const uint NarrowLimit = 0x10000;

    private readonly ITraceSink sink;
    private readonly ulong grain;
    private readonly byte[] data = new byte[MaxDataBytes + 10 + ExitClass.MaxStamps * 10 + ExitBatch.Padding];
    private int length;
    private int count;
    private int block;
    private int vcpu;
    private ulong start;
    private ulong last;

    /// <param name="grain">The header's TSC grain in cycles, at least 1.</param>
    public RowEncoder(ITraceSink sink, int grain)
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
        if (count == ExitBatch.MaxExits || length > MaxDataBytes - 10 - stamps.Length * 10) Flush();
        if (count == 0) start = last = stamps[0];
        if (!AddNarrow(exitClass.Index, stamps)) AddWide(exitClass.Index, stamps);
        last = stamps[^1];
        count++;
        Exits++;
    }

    /// <summary>Hands over what has been collected, if anything.</summary>
    public void Flush()
    {
        if (count == 0) return;
        data.AsSpan(length, ExitBatch.Padding).Clear();
        sink.Exits(new ExitBatch(block, vcpu, count, start, data.AsSpan(0, length + ExitBatch.Padding)));
        Batches++;
        length = 0;
        count = 0;
    }

    private bool AddNarrow(int index, ReadOnlySpan<ulong> stamps)
    {
        int at = Varint(length, (ulong)index << 1);
        ulong before = last;
        for (int i = 0; i < stamps.Length; i += Group)
        {
            int control = at++;
            data[control] = 0;
            int end = Math.Min(i + Group, stamps.Length);
            for (int k = i; k < end; k++)
            {
                (ulong ticks, ulong remainder) = Math.DivRem(stamps[k] - before, grain);
                if (remainder != 0 || ticks >= NarrowLimit) return false;
                before = stamps[k];
                data[at++] = (byte)ticks;
                if (ticks > byte.MaxValue)
                {
                    data[at++] = (byte)(ticks >> 8);
                    data[control] |= (byte)(1 << (k - i));
                }
            }
            // A short last group still decodes as eight: its missing deltas are single zero bytes that are not stored,
            // so the decoder must not advance over them (see ExitDecoder).
        }
        length = at;
        return true;
    }

    private void AddWide(int index, ReadOnlySpan<ulong> stamps)
    {
        int at = Varint(length, (ulong)index << 1 | 1);
        ulong before = last;
        foreach (ulong stamp in stamps)
        {
            long delta = unchecked((long)(stamp - before));
            at = Varint(at, (ulong)(delta << 1 ^ delta >> 63));
            before = stamp;
        }
        length = at;
    }

    private int Varint(int at, ulong value)
    {
        for (; value >= 0x80; value >>= 7) data[at++] = (byte)(value | 0x80);
        data[at++] = (byte)value;
        return at;
    }
}

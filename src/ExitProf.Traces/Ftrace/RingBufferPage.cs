using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>Why the rest of a ring-buffer page could not be read.</summary>
public enum PageDamage : byte
{
    None = 0,

    /// <summary>The bytes end before the page's header does.</summary>
    ShortHeader = 1,

    /// <summary>The header says that there is more data than there are bytes.</summary>
    CommitBeyondPage = 2,

    /// <summary>An event is longer than what is left of the data.</summary>
    EventBeyondCommit = 3,

    /// <summary>An event's stored length cannot be: shorter than itself or not a multiple of four.</summary>
    BadLength = 4,
}

/// <summary>
/// Walks the events of one page of <c>per_cpu/cpuN/trace_pipe_raw</c> (Linux, kernel/trace/ring_buffer.c). Allocates nothing. Safe on
/// hostile bytes: every read is checked, each step goes forward by at least four bytes, and damage ends the walk and is told.
/// </summary>
/// <remarks>
/// A page is a u64 time stamp, a commit word and data. The commit word's low 20 bits are the data's length, bit 31 says that events were
/// lost before this page, bit 30 that their number follows the data. An event begins with a u32: 5 bits of type_len, 27 of time since the
/// event before.
/// </remarks>
public ref struct RingBufferPage
{
    private const uint LengthMask = 0xf_ffff;
    private const uint MissedEventsFlag = 1u << 31;
    private const uint MissedStoredFlag = 1u << 30;
    private const int TypeBits = 5;
    private const int DeltaBits = 27;
    private const uint Padding = 29;
    private const uint TimeExtend = 30;
    private const uint TimeStamp = 31;

    /// <summary>An absolute time stamp has 59 bits; the five above come from the last full one (rb_fix_abs_ts).</summary>
    private const ulong AbsoluteMissing = 0xf8UL << 56;

    private readonly ReadOnlySpan<byte> data;
    private readonly bool bigEndian;

    /// <summary>What the header promised, if that is more than there is; otherwise 0.</summary>
    private readonly int promised;
    private int at;

    public RingBufferPage(ReadOnlySpan<byte> page, RingBufferLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (page.Length < layout.DataOffset)
        {
            Damage = PageDamage.ShortHeader;
            return;
        }
        bigEndian = layout.IsBigEndian;
        Tsc = PageTsc = bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(page[layout.TimestampOffset..])
            : BinaryPrimitives.ReadUInt64LittleEndian(page[layout.TimestampOffset..]);
        // The flags are in the low 32 bits whatever the size of the word is.
        uint commit = U32(page[(layout.CommitOffset + (bigEndian ? layout.CommitSize - sizeof(uint) : 0))..]);
        int length = (int)(commit & LengthMask);
        var room = page[layout.DataOffset..];
        if ((commit & MissedEventsFlag) != 0) MissedEvents = Missed(room, length,
            (commit & MissedStoredFlag) != 0 ? layout.CommitSize : 0, bigEndian);
        if (length > room.Length)
        {
            // What is there may still be good, so it is read; the end of it then tells that more was promised.
            promised = length;
            length = room.Length;
        }
        data = room[..length];
    }

    /// <summary>The time stamp of the page: that of its first event or a little before.</summary>
    public ulong PageTsc { get; }

    /// <summary>When the current event happened, in the trace's clock (TSC cycles with trace_clock x86-tsc).</summary>
    public ulong Tsc { get; private set; }

    /// <summary>The current event's record, from common_type on.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>
    /// How many events the ring buffer lost just before this page; -1 if it lost some but had no room for their number; 0 if none.
    /// </summary>
    public long MissedEvents { get; }

    /// <summary>Events that the kernel reserved and threw away again (a filter that did not match). They carry time only.</summary>
    public int Discarded { get; private set; }

    /// <summary>Why the walk ended early; none while it runs and after an undamaged page.</summary>
    public PageDamage Damage { get; private set; }

    /// <returns>False at the end of the page or at damage.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        // Nearly all records have up to 112 bytes, and the time since the one before fits into 27 bits.
        var rest = data[at..];
        if (rest.Length < sizeof(uint) || bigEndian) return MoveOn();
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(rest), type = header & ((1u << TypeBits) - 1);
        int size = (int)type * sizeof(uint);
        rest = rest[sizeof(uint)..];
        if (type - 1 >= Padding - 1 || size > rest.Length) return MoveOn();
        at += sizeof(uint) + size;
        Tsc += header >> TypeBits;
        Payload = rest[..size];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool MoveOn()
    {
        while (true)
        {
            var rest = data[at..];
            if (rest.Length < sizeof(uint))
            {
                if (!rest.IsEmpty) return Stop(PageDamage.EventBeyondCommit);
                return promised != 0 && Damage == PageDamage.None ? Stop(PageDamage.CommitBeyondPage) : Finish();
            }
            uint header = U32(rest);
            // The first bit field of a word is in its lowest bits, or in its highest.
            uint type = bigEndian ? header >> DeltaBits : header & ((1u << TypeBits) - 1);
            uint delta = bigEndian ? header & ((1u << DeltaBits) - 1) : header >> TypeBits;
            rest = rest[sizeof(uint)..];

            if (type - 1 < Padding - 1)
            {
                int size = (int)type * sizeof(uint);
                if (size > rest.Length) return Stop(PageDamage.EventBeyondCommit);
                at += sizeof(uint) + size;
                Tsc += delta;
                Payload = rest[..size];
                return true;
            }

            // A padding event without time fills the page to its end.
            if (type == Padding && delta == 0) return Finish();
            // All other types have a second word: a length, or the upper bits of a time.
            if (rest.Length < sizeof(uint)) return Stop(PageDamage.EventBeyondCommit);
            uint word = U32(rest);
            switch (type)
            {
                case TimeExtend:
                    Tsc += delta | (ulong)word << DeltaBits;
                    at += 2 * sizeof(uint);
                    break;
                case TimeStamp:
                    Tsc = Absolute(delta | (ulong)word << DeltaBits, Tsc);
                    at += 2 * sizeof(uint);
                    break;
                default:
                    // The length counts its own word.
                    if (word < sizeof(uint) || word % sizeof(uint) != 0) return Stop(PageDamage.BadLength);
                    if (word > (uint)rest.Length) return Stop(PageDamage.EventBeyondCommit);
                    at += sizeof(uint) + (int)word;
                    if (type == Padding)
                    {
                        // One tick of time stands for "none": a discarded event must not look like the page's filling.
                        if (delta != 1) Tsc += delta;
                        Discarded++;
                        break;
                    }
                    Tsc += delta;
                    Payload = rest[sizeof(uint)..(int)word];
                    return true;
            }
        }
    }

    private static ulong Absolute(ulong stamp, ulong last)
    {
        if ((last & AbsoluteMissing) == 0) return stamp;
        stamp |= last & AbsoluteMissing;
        return stamp < last ? stamp + (1UL << 59) : stamp;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly uint U32(ReadOnlySpan<byte> bytes) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long Missed(ReadOnlySpan<byte> room, int length, int size, bool bigEndian)
    {
        if (size == 0 || length + size > room.Length) return -1;
        var bytes = room.Slice(length, size);
        var fields = new ByteFields(bytes, bigEndian);
        long count = size == sizeof(long) ? (long)fields.U64() : (int)fields.U32();
        return count > 0 ? count : -1;
    }

    private bool Stop(PageDamage damage)
    {
        // In a page that is cut off, that is why its last event is.
        Damage = promised != 0 && damage == PageDamage.EventBeyondCommit ? PageDamage.CommitBeyondPage : damage;
        return Finish();
    }

    private bool Finish()
    {
        at = data.Length;
        Payload = default;
        return false;
    }
}

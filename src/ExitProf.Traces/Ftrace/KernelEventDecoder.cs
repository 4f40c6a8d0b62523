using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// Turns the records of a ring buffer into stamps: a dense table by event id, made once from the kernel's own format texts. Allocates
/// nothing per event. Safe on hostile bytes: a record that is too short for its fields is counted and refused. One instance serves all CPUs
/// of a trace; it is not thread-safe.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>sys_enter</c> is <see cref="Stamp.SysEnter"/> only for ioctl with the request KVM_RUN (any ioctl where the format has no args),
/// <c>sys_exit</c> is <see cref="Stamp.SysExit"/> for any ioctl, because it does not say which. All other calls are
/// <see cref="Stamp.Other"/>: they are the VMM's own and lie within its time.</item> <item><c>rcu_utilization</c> records a pointer to its
/// text. With <c>printk_formats</c> only "Start context switch" and "End context switch" become stamps. Without it the first address seen
/// is taken for the Start and the second for the End of that note, others are <see cref="Stamp.Other"/>: right unless the trace begins
/// inside a note or with another one (<see cref="RcuByOrder"/> says so).</item> <item>Events without a meaning in the border table (and
/// events of unknown formats, which are counted) are <see cref="Stamp.Other"/>.</item>
/// </list>
/// </remarks>
public sealed class KernelEventDecoder
{
    /// <summary>TRACE_FLAG_IRQS_OFF (include/linux/trace_events.h).</summary>
    private const byte IrqsOff = 1;

    /// <summary>__NR_ioctl of x86-64.</summary>
    private const uint Ioctl = 16;

    /// <summary>_IO(KVMIO, 0x80).</summary>
    private const ulong KvmRun = 0xae80;

    private readonly EventDecoder[] readings;
    private readonly EventFormat?[] formats;
    private readonly int idOffset, flagsOffset, pidOffset, commonBytes;
    private readonly bool bigEndian;
    private readonly IReadOnlyDictionary<ulong, string>? texts;
    private ulong rcuStart, rcuEnd;

    /// <param name="formats">Of all events that were enabled; others are <see cref="Stamp.Other"/>.</param>
    /// <param name="printkFormats">See <see cref="PrintkFormats"/>; null where it is not known.</param>
    /// <param name="bigEndian">The records are of a machine that has the upper byte of a number first.</param>
    /// <exception cref="FormatException">The formats contradict each other or a field cannot be a number.</exception>
    public KernelEventDecoder(IEnumerable<EventFormat> formats, IReadOnlyDictionary<ulong, string>? printkFormats = null,
        bool bigEndian = false)
    {
        ArgumentNullException.ThrowIfNull(formats);
        texts = printkFormats;
        this.bigEndian = bigEndian;
        var all = formats.ToList();
        if (all.Count == 0) throw new FormatException("No event formats were given.");
        readings = new EventDecoder[all.Max(f => f.Id) + 1];
        this.formats = new EventFormat?[readings.Length];
        var id = Common(all[0], "common_type", 2);
        var flags = Common(all[0], "common_flags", 1);
        var pid = Common(all[0], "common_pid", 4);
        (idOffset, flagsOffset, pidOffset) = (id.Offset, flags.Offset, pid.Offset);
        commonBytes = Math.Max(id.Offset + 2, Math.Max(flags.Offset + 1, pid.Offset + 4));
        foreach (var format in all)
        {
            if (
                Common(format, "common_type", 2) != id
                || Common(format, "common_flags", 1) != flags
                || Common(format, "common_pid", 4) != pid
            )
                throw new FormatException($"The common fields of event {format.Name} differ from those of {all[0].Name}.");
            if (this.formats[format.Id] is { } other)
                throw new FormatException($"Events {other.Name} and {format.Name} have the same id {format.Id}.");
            this.formats[format.Id] = format;
            readings[format.Id] = EventDecoder.Of(format, bigEndian);
        }
    }

    /// <summary>Records that were too short for the fields that their format says they have.</summary>
    public long DamagedRecords { get; private set; }

    /// <summary>Records of events whose format was not given.</summary>
    public long UnknownRecords { get; private set; }

    /// <summary>
    /// kvm_exit records written with interrupts on (SVM before 6.12): if a host interrupt ended the guest, its handler ran before the
    /// event.
    /// </summary>
    public long LateExits { get; private set; }

    /// <summary>
    /// True if Start and End of RCU notes were told by the order of their addresses, because <c>printk_formats</c> was not given.
    /// </summary>
    public bool RcuByOrder => texts is null && rcuStart != 0;

    /// <summary>The format of a record's event; null if it was not given or the record is too short to say.</summary>
    public EventFormat? Format(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < commonBytes) return null;
        int id = Id(payload);
        return id < formats.Length ? formats[id] : null;
    }

    /// <summary>The thread that a record is of; 0 if the record is too short to say.</summary>
    public int Pid(ReadOnlySpan<byte> payload) =>
        payload.Length < commonBytes ? 0 : Thread(payload);

    /// <summary>How the record's event is read; plain if nobody knows it.</summary>
    internal EventMeaning Meaning(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < commonBytes) return EventMeaning.Plain;
        int id = Id(payload);
        return id < readings.Length ? readings[id].Meaning : EventMeaning.Plain;
    }

    /// <summary>Only what a record stands for: all that a recorder of signatures needs.</summary>
    /// <returns>False if the record is damaged; it is counted.</returns>
    public bool TryStamp(ReadOnlySpan<byte> payload, out Stamp stamp)
    {
        stamp = Stamp.Other;
        ref readonly var reading = ref Reading(payload, out bool good);
        if (!good) return false;
        stamp = StampOf(payload, in reading);
        if (stamp == Stamp.KvmExit && (payload[flagsOffset] & IrqsOff) == 0) LateExits++;
        return true;
    }

    /// <summary>All that is known of a record.</summary>
    /// <returns>False if the record is damaged; it is counted.</returns>
    public bool TryDecode(ulong tsc, ReadOnlySpan<byte> payload, out KernelEvent decoded)
    {
        ref readonly var reading = ref Reading(payload, out bool good);
        if (!good)
        {
            decoded = default;
            return false;
        }
        decoded = new KernelEvent(
            tsc,
            StampOf(payload, in reading),
            Thread(payload),
            (payload[flagsOffset] & IrqsOff) != 0,
            (uint)reading.Code.Read(payload),
            (int)reading.Detail.Read(payload),
            reading.Address.Read(payload));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Id(ReadOnlySpan<byte> payload)
    {
        ushort id = BinaryPrimitives.ReadUInt16LittleEndian(payload[idOffset..]);
        return bigEndian ? BinaryPrimitives.ReverseEndianness(id) : id;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Thread(ReadOnlySpan<byte> payload)
    {
        int thread = BinaryPrimitives.ReadInt32LittleEndian(payload[pidOffset..]);
        return bigEndian ? BinaryPrimitives.ReverseEndianness(thread) : thread;
    }

    /// <summary>Whether a record was written with interrupts off. It must be one that <see cref="Reading"/> calls good.</summary>
    internal bool HasInterruptsOff(ReadOnlySpan<byte> payload) => (payload[flagsOffset] & IrqsOff) != 0;

    /// <summary>How a record is read; one of no known format says nothing.</summary>
    /// <param name="good">False if the record is shorter than its format; it is counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly EventDecoder Reading(ReadOnlySpan<byte> payload, out bool good)
    {
        good = payload.Length >= commonBytes;
        if (good)
        {
            int id = Id(payload);
            if (id < readings.Length)
            {
                ref readonly var reading = ref readings[id];
                if (reading.Stamp == 0) UnknownRecords++;
                good = payload.Length >= reading.MinBytes;
                if (!good) DamagedRecords++;
                return ref reading;
            }
            UnknownRecords++;
            return ref EventDecoder.None;
        }
        DamagedRecords++;
        return ref EventDecoder.None;
    }

    /// <summary>How a record is read; <see cref="EventDecoder.None"/> if it is damaged or of no known format, which is counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly EventDecoder Known(ReadOnlySpan<byte> payload)
    {
        EventDecoder[] all = readings;
        if (payload.Length >= commonBytes)
        {
            int id = Id(payload);
            if (id < all.Length)
            {
                ref readonly var reading = ref all[id];
                if (reading.Stamp != 0 && payload.Length >= reading.MinBytes) return ref reading;
            }
        }
        return ref Count(payload);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref readonly EventDecoder Count(ReadOnlySpan<byte> payload)
    {
        Reading(payload, out _);
        return ref EventDecoder.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Stamp StampOf(ReadOnlySpan<byte> payload, in EventDecoder reading) =>
        reading.Meaning == EventMeaning.Plain ? reading.Stamp == 0 ? Stamp.Other : reading.Stamp : reading.Meaning switch
        {
            EventMeaning.FpuSwap => reading.Code.Read(payload) != 0 ? Stamp.KvmFpuLoad : Stamp.KvmFpuUnload,
            EventMeaning.RcuNote => Rcu(reading.Address.Read(payload)),
            EventMeaning.SysEnter => reading.Code.Read(payload) == Ioctl
            && (reading.Address.Size == 0 || reading.Address.Read(payload) == KvmRun)
                ? Stamp.SysEnter
                : Stamp.Other,
            EventMeaning.SysExit => reading.Code.Read(payload) == Ioctl ? Stamp.SysExit : Stamp.Other,
            _ => Stamp.Other,
        };

    private Stamp Rcu(ulong address)
    {
        if (address == 0) return Stamp.Other;
        if (address == rcuStart) return Stamp.RcuStart;
        if (address == rcuEnd) return Stamp.RcuEnd;
        if (texts is null)
        {
            if (rcuStart == 0) rcuStart = address;
            else if (rcuEnd == 0) rcuEnd = address;
            else return Stamp.Other;
            return rcuEnd == 0 ? Stamp.RcuStart : Stamp.RcuEnd;
        }
        // The texts are looked up until both addresses are known, or for notes that are neither.
        if (!texts.TryGetValue(address, out string? text)) return Stamp.Other;
        if (text == "Start context switch") rcuStart = address;
        else if (text == "End context switch") rcuEnd = address;
        else return Stamp.Other;
        return address == rcuStart ? Stamp.RcuStart : Stamp.RcuEnd;
    }

    private static EventField Common(EventFormat format, string name, int size) =>
        format.Field(name) is { } field && field.Size == size
            ? field
            : throw new FormatException($"Event {format.Name} has no field {name} of {size} bytes.");
}

/// <summary>How the stamp of a record is found.</summary>
internal enum EventMeaning : byte
{
    Plain,
    FpuSwap,
    RcuNote,
    SysEnter,
    SysExit,

    /// <summary>sched_switch: no stamp, but who has the CPU.</summary>
    Switch,

    /// <summary>kvm_vcpu_wakeup: no stamp, but how long a halt was polled or slept.</summary>
    Wakeup,
}

/// <summary>Where a number is in a record.</summary>
/// <param name="Size">1, 2, 4 or 8 bytes; 0 reads as zero.</param>
internal readonly record struct FieldDecoder(ushort Offset, byte Size, bool IsBigEndian)
{
    /// <summary>Eight bytes that hold the field begin here: those that end with it, or a record's first ones.</summary>
    private readonly ushort from = (ushort)Math.Max(Offset + Size - sizeof(ulong), 0);

    /// <summary>How far above the lowest bit of these eight bytes the field is.</summary>
    private readonly byte shift = (byte)(8 * (IsBigEndian ? Math.Max(sizeof(ulong) - Offset - Size, 0)
        : Math.Min((int)Offset, sizeof(ulong) - Size)));

    /// <summary>The field's bits.</summary>
    private readonly ulong mask = Size == 0 ? 0 : ulong.MaxValue >> (64 - 8 * Size);

    /// <summary>The value of a field that the event may not have; nothing where it is no number.</summary>
    internal static FieldDecoder TryOf(EventFormat format, string name, bool bigEndian = false) =>
        format.Field(name) is { Size: 1 or 2 or 4 or 8, Offset: < ushort.MaxValue - 8 } field
            ? new FieldDecoder((ushort)field.Offset, (byte)field.Size, bigEndian) : default;

    /// <summary>0 where the record is too short for the field.</summary>
    internal ulong TryRead(ReadOnlySpan<byte> record) => Offset + Size <= record.Length ? Read(record) : 0;

    /// <summary>Safe because the span checks the bounds; numbers of fewer than eight bytes are not sign-extended beyond 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < from + sizeof(ulong)) return Size == 0 ? 0 : ReadAlone(record, Offset, Size, IsBigEndian);
        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(record.Slice(from, sizeof(ulong)));
        return (IsBigEndian ? BinaryPrimitives.ReverseEndianness(bits) : bits) >> shift & mask;
    }

    /// <summary>In records of fewer than eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong ReadAlone(ReadOnlySpan<byte> record, int offset, int size, bool bigEndian)
    {
        var number = record[offset..];
        return size switch
        {
            4 => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(number) : BinaryPrimitives.ReadUInt32LittleEndian(number),
            8 => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(number) : BinaryPrimitives.ReadUInt64LittleEndian(number),
            2 => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(number) : BinaryPrimitives.ReadUInt16LittleEndian(number),
            _ => number[0],
        };
    }
}

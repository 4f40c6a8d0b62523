using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>
/// One record of xentrace (Xen's public header trace.h): a word with the event in bits 27:0, the number of words of data in bits 30:28 and,
/// in bit 31, whether a time of two words stands before the data.
/// </summary>
internal readonly ref struct XentraceRecord
{
    internal const uint LostRecords = 0x1f001;
    internal const uint CpuChange = 0x1f003;
    internal const uint ContinueRunning = 0x21002;
    internal const uint Switch = 0x2800a;
    internal const uint VmEntry = 0x81001;
    internal const uint VmExit = 0x81002;

    /// <summary>VMEXIT of a 64-bit guest before Xen 4.0; later that is the flag below.</summary>
    internal const uint OldVmExit64 = 0x81003;

    /// <summary>Addresses have two words each.</summary>
    internal const uint Wide = 0x100;

    /// <summary>The guest's own guest is entered or left: a flag of HVM events.</summary>
    internal const uint Nested = 0x400;

    /// <summary>"runnable_to_running" and so on: the old state is in bits 9:8, the new one in bits 5:4.</summary>
    internal const uint RunState = 0x21001;
    internal const uint RunStateBits = 0x330;

    /// <summary>The longest record, in bytes.</summary>
    internal const int MostBytes = sizeof(uint) + sizeof(ulong) + 7 * sizeof(uint);

    private const int EventBits = 28;

    internal XentraceRecord(uint number, ulong? time, ReadOnlySpan<uint> data)
    {
        Event = number;
        Time = time;
        Data = data;
    }

    internal uint Event { get; }

    /// <summary>TSC of the CPU that wrote it; null of records that have none.</summary>
    internal ulong? Time { get; }

    internal ReadOnlySpan<uint> Data { get; }

    /// <summary>0 if the record has fewer words.</summary>
    internal uint Word(int index) => index < Data.Length ? Data[index] : 0;

    /// <summary>Two words, the lower one first.</summary>
    internal ulong Pair(int index) => Word(index) | (ulong)Word(index + 1) << 32;

    /// <summary>How many bytes a record has that begins with this word.</summary>
    internal static int Bytes(uint head) =>
        sizeof(uint) * (1 + (int)(head >> EventBits & 7)) + ((head >> 31) != 0 ? sizeof(ulong) : 0);

    /// <param name="bytes">As many as <see cref="Bytes"/> says, of a little-endian machine.</param>
    internal static XentraceRecord Of(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        uint head = words[0];
        words = words[1..];
        if ((head >> 31) == 0) return new XentraceRecord(head & (1u << EventBits) - 1, null, words);
        return new XentraceRecord(head & (1u << EventBits) - 1, words[0] | (ulong)words[1] << 32, words[2..]);
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>A record of perf.data, taken apart.</summary>
internal ref struct PerfDataRecord
{
    internal const uint Lost = 2;
    internal const uint Comm = 3;
    internal const uint Sample = 9;
    internal const uint Aux = 11;
    internal const uint LostSamples = 13;
    internal const uint HeaderAttr = 64;
    internal const uint HeaderTracingData = 66;
    internal const uint FinishedRound = 68;
    internal const uint AuxTrace = 71;
    internal const uint Compressed = 81;
    internal const uint Compressed2 = 83;

    internal const int HeaderBytes = 8;

    private const ulong ReadEnabled = 1;
    private const ulong ReadRunning = 2;
    private const ulong ReadId = 4;
    private const ulong ReadGroup = 8;
    private const ulong ReadLost = 16;

    internal ulong Time;
    internal int Thread;
    internal int Cpu;

    /// <summary>The record of the kernel's trace event; empty if the sample has none.</summary>
    internal ReadOnlySpan<byte> Raw;

    /// <summary>The raw data of a sample in which all that stands before it has a fixed place.</summary>
    /// <param name="body">Of the sample, without its header. It has all of these places if the raw data is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryRaw(ReadOnlySpan<byte> body, int rawAt, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        if (body.Length < rawAt + sizeof(uint)) return false;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(body[rawAt..]);
        var rest = body[(rawAt + sizeof(uint))..];
        if (size > (uint)rest.Length) return false;
        raw = rest[..(int)size];
        return true;
    }

    /// <summary>The id that says which event a sample is of; false if it has none.</summary>
    internal static bool TryId(ReadOnlySpan<byte> body, in PerfLayout layout, bool bigEndian, out ulong id)
    {
        bool there = layout.IdAt >= 0 && layout.IdAt + sizeof(ulong) <= body.Length;
        id = there ? new ByteFields(body[layout.IdAt..], bigEndian).U64() : 0;
        return there;
    }

    /// <param name="body">Of the sample, without its header.</param>
    internal static bool TrySample(ReadOnlySpan<byte> body, in PerfLayout layout, bool bigEndian, out PerfDataRecord record)
    {
        record = new PerfDataRecord { Thread = -1, Cpu = -1 };
        var fields = new ByteFields(body, bigEndian);
        ulong type = layout.SampleType;
        if ((type & PerfLayout.Identifier) != 0) fields.U64();
        if ((type & PerfLayout.Ip) != 0) fields.U64();
        if ((type & PerfLayout.Tid) != 0)
        {
            fields.U32();
            record.Thread = (int)fields.U32();
        }
        if ((type & PerfLayout.Time) != 0) record.Time = fields.U64();
        if ((type & PerfLayout.Addr) != 0) fields.U64();
        if ((type & PerfLayout.Id) != 0) fields.U64();
        if ((type & PerfLayout.StreamId) != 0) fields.U64();
        if ((type & PerfLayout.Cpu) != 0)
        {
            record.Cpu = (int)fields.U32();
            fields.U32();
        }
        if ((type & PerfLayout.Period) != 0) fields.U64();
        if ((type & PerfLayout.Read) != 0) SkipRead(ref fields, layout.ReadFormat);
        if ((type & PerfLayout.Callchain) != 0) fields.Take(Times8(fields.U64()));
        if ((type & PerfLayout.Raw) != 0) record.Raw = fields.Take(fields.U32());
        return !fields.Failed;
    }

    /// <summary>The sample_id at the end of records that are no samples.</summary>
    internal static PerfDataRecord TrailerOf(ReadOnlySpan<byte> body, in PerfLayout layout, bool bigEndian)
    {
        var record = new PerfDataRecord { Thread = -1, Cpu = -1 };
        if (!layout.SampleIdAll) return record;
        ulong type = layout.SampleType;
        const ulong InTrailer =
            PerfLayout.Tid | PerfLayout.Time | PerfLayout.Id | PerfLayout.StreamId | PerfLayout.Cpu | PerfLayout.Identifier;
        int size = 8 * System.Numerics.BitOperations.PopCount(type & InTrailer);
        if (size > body.Length) return record;
        var fields = new ByteFields(body[^size..], bigEndian);
        if ((type & PerfLayout.Tid) != 0)
        {
            fields.U32();
            record.Thread = (int)fields.U32();
        }
        if ((type & PerfLayout.Time) != 0) record.Time = fields.U64();
        if ((type & PerfLayout.Id) != 0) fields.U64();
        if ((type & PerfLayout.StreamId) != 0) fields.U64();
        if ((type & PerfLayout.Cpu) != 0) record.Cpu = (int)fields.U32();
        return record;
    }

    private static void SkipRead(ref ByteFields fields, ulong format)
    {
        ulong each = 1 + ((format & ReadId) != 0 ? 1ul : 0) + ((format & ReadLost) != 0 ? 1ul : 0);
        ulong times = ((format & ReadEnabled) != 0 ? 1ul : 0) + ((format & ReadRunning) != 0 ? 1ul : 0);
        ulong count = (format & ReadGroup) != 0 ? fields.U64() : 1;
        fields.Take(Times8(times));
        fields.Take(count > int.MaxValue ? ulong.MaxValue : Times8(count * each));
    }

    private static ulong Times8(ulong count) => count > int.MaxValue ? ulong.MaxValue : count * 8;
}

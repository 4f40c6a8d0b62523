namespace ExitProf.Traces;

/// <summary>How the samples of an event are laid out: sample_type and read_format of its perf_event_attr.</summary>
internal readonly record struct PerfLayout(ulong SampleType, ulong ReadFormat, bool SampleIdAll)
{
    internal const ulong Ip = 1 << 0;
    internal const ulong Tid = 1 << 1;
    internal const ulong Time = 1 << 2;
    internal const ulong Addr = 1 << 3;
    internal const ulong Read = 1 << 4;
    internal const ulong Callchain = 1 << 5;
    internal const ulong Id = 1 << 6;
    internal const ulong Cpu = 1 << 7;
    internal const ulong Period = 1 << 8;
    internal const ulong StreamId = 1 << 9;
    internal const ulong Raw = 1 << 10;
    internal const ulong Identifier = 1 << 16;

    private const int Missing = -1;

    /// <summary>Where the thread, the time, the CPU and the raw data's size are in a sample, in bytes; -1 where there is none.</summary>
    internal int ThreadAt { get; } = At(SampleType, Tid, sizeof(uint));
    internal int TimeAt { get; } = At(SampleType, Time, 0);
    internal int CpuAt { get; } = At(SampleType, Cpu, 0);
    internal int IdAt { get; } = (SampleType & Identifier) != 0 ? 0 : At(SampleType, Id, 0);

    /// <summary>-1 too if something whose size differs from sample to sample stands before it.</summary>
    internal int RawAt { get; } = (SampleType & (Read | Callchain)) != 0 ? Missing : At(SampleType, Raw, 0);

    /// <summary>Takes an attr apart (include/uapi/linux/perf_event.h); older ones are shorter, newer ones longer.</summary>
    internal static PerfLayout? TryOf(ReadOnlySpan<byte> attr, bool bigEndian)
    {
        const int SampleIdAllBit = 18;
        var fields = new ByteFields(attr, bigEndian);
        fields.Take(24);
        ulong type = fields.U64(), read = fields.U64(), flags = fields.U64();
        // Bit fields begin at the other end of a word on a big-endian machine.
        bool all = (flags >> (bigEndian ? 63 - SampleIdAllBit : SampleIdAllBit) & 1) != 0;
        return fields.Failed ? null : new PerfLayout(type, read, all);
    }

    /// <summary>Fields stand in this order, eight bytes each up to the first whose size differs.</summary>
    private static int At(ulong type, ulong field, int within)
    {
        if ((type & field) == 0) return Missing;
        int at = 0;
        foreach (ulong before in (ReadOnlySpan<ulong>)[Identifier, Ip, Tid, Time, Addr, Id, StreamId, Cpu, Period, Raw])
        {
            if (before == field) return at + within;
            if ((type & before) != 0) at += sizeof(ulong);
        }
        return Missing;
    }
}

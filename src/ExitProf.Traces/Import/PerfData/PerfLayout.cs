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

    /// <summary>Takes an attr apart (include/uapi/linux/perf_event.h); older ones are shorter, newer ones longer.</summary>
    internal static PerfLayout? TryOf(ReadOnlySpan<byte> attr)
    {
        const ulong SampleIdAllBit = 1 << 18;
        var fields = new ByteFields(attr);
        fields.Take(24);
        ulong type = fields.U64(), read = fields.U64(), flags = fields.U64();
        return fields.Failed ? null : new PerfLayout(type, read, (flags & SampleIdAllBit) != 0);
    }
}

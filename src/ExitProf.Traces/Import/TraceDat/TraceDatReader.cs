namespace ExitProf.Traces;

/// <summary>
/// Reads the ring buffers of a trace.dat in order of time, CPU by CPU at once, in memory that does not grow with the file.
/// </summary>
internal sealed class TraceDatReader(FileSections file, TraceDatContents contents, KernelRecords records)
{
    /// <summary>Bytes that all CPUs together may need: a page, and its events several times as large.</summary>
    private const long MaxCpuBytes = 48 << 20;
    private const int CpuBytesPerPageByte = 10;

    private readonly RunHeads heads = new();

    internal long Records { get; private set; }

    internal long DamagedPages { get; private set; }

    internal long DamagedChunks { get; private set; }

    /// <summary>CPUs that there was no memory for: a file that names thousands is damaged.</summary>
    internal int CpusLeftOut { get; private set; }

    internal void Read(TraceDatBuffer buffer)
    {
        RingBufferLayout layout = Layout(buffer);
        var cpus = new List<TraceDatCpu>();
        long room = Math.Max(MaxCpuBytes / ((long)layout.PageBytes * CpuBytesPerPageByte), 1);
        foreach (TraceDatPlace place in buffer.Places)
        {
            if (cpus.Count >= room)
            {
                CpusLeftOut++;
                continue;
            }
            var pages = new TraceDatPages(file, place, layout.PageBytes, buffer.IsPacked ? contents.Unpacker : null, layout.IsBigEndian);
            cpus.Add(new TraceDatCpu(place.Cpu, pages, layout, records, Clock()));
        }
        Merge(cpus);
        foreach (TraceDatCpu cpu in cpus)
        {
            Records += cpu.Records;
            DamagedPages += cpu.DamagedPages;
            DamagedChunks += cpu.DamagedChunks;
        }
    }

    private void Merge(List<TraceDatCpu> cpus)
    {
        heads.Clear();
        for (int i = 0; i < cpus.Count; i++)
        {
            if (cpus[i].TryFill()) heads.Add(cpus[i].Time, i);
        }
        while (heads.Count > 0)
        {
            if (heads.Count == 2) MergeTwo(cpus);
            TraceDatCpu cpu = cpus[heads.Run];
            ulong limit = heads.Limit(out bool inclusive);
            if (cpu.TakeUntil(limit, inclusive)) heads.Replace(cpu.Time);
            else heads.Remove();
        }
    }

    /// <summary>Where one of two is not next, the other one is. Ends with one of them.</summary>
    private void MergeTwo(List<TraceDatCpu> cpus)
    {
        int run = heads.Run, other = heads.Other;
        while (cpus[run].TakeUntil(cpus[other].Time, inclusive: run < other)) (run, other) = (other, run);
        heads.Clear();
        heads.Add(cpus[other].Time, other);
    }

    /// <summary>The size of a page: the buffer's own, else that of the kernel's description.</summary>
    private RingBufferLayout Layout(TraceDatBuffer buffer)
    {
        RingBufferLayout layout = contents.Formats.Layout ?? RingBufferLayout.Default with { IsBigEndian = contents.Formats.IsBigEndian };
        int bytes = buffer.PageBytes > 0 ? buffer.PageBytes : contents.PageBytes;
        return bytes > layout.DataOffset ? layout with { DataSize = bytes - layout.DataOffset } : layout;
    }

    private Func<ulong, int, ulong>? Clock()
    {
        if (contents.Options is { Shift: null, StampOffset: 0 }) return null;
        ClockShift? shift = contents.Options.Shift;
        ulong offset = (ulong)contents.Options.StampOffset;
        return (stamp, cpu) => (shift?.Apply(stamp, cpu) ?? stamp) + offset;
    }
}

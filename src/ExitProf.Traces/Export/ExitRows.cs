namespace ExitProf.Traces;

/// <summary>Decodes the exits of a trace and hands them to a writer, in memory that does not grow with their number.</summary>
internal sealed class ExitRows(IExitRowWriter writer) : ITraceSink
{
    private readonly Dictionary<int, Block> blocks = [];
    private readonly List<ExitClass> classes = [];
    private readonly List<Walk?> walks = [];
    private readonly Dictionary<int, VcpuIdentity> threads = [];
    private readonly ExitBuffer buffer = new();
    private readonly ulong[] stamps = new ulong[ExitClass.MaxStamps];
    private byte[] lengths = [];
    private TraceHeader? header;
    private int lastBlock = -1;
    private long index;

    public void Header(TraceHeader header)
    {
        this.header = header;
        writer.Begin(header);
    }

    public void Class(ExitClass exitClass)
    {
        // Damage may have taken the classes between.
        while (classes.Count < exitClass.Index) Add(ExitClass.Lost);
        Add(exitClass);
    }

    public void Block(Block block)
    {
        // The batches of a block follow it; those of the blocks that began with it may come between.
        if (blocks.Count > ThreadsAtOnce && block.Index > lastBlock) blocks.Clear();
        lastBlock = block.Index;
        blocks[block.Index] = block;
    }

    public void Exits(in ExitBatch batch)
    {
        if (header is null || !blocks.TryGetValue(batch.Block, out Block? block)
            || block.Configuration >= header.Configurations.Length) return;
        var decoder = new ExitDecoder(batch, header.Clock.Grain, lengths.AsSpan(0, classes.Count), buffer);
        VcpuIdentity? thread = threads.GetValueOrDefault(batch.Vcpu);
        while (decoder.Next())
        {
            decoder.CopyStamps(stamps);
            ExitClass exitClass = classes[decoder.Class];
            var times = stamps.AsSpan(0, decoder.Length);
            writer.Row(new ExitRow(index++, header.Configurations[block.Configuration], block, thread, exitClass, Ordered(times)
                ? walks[decoder.Class] : null, times));
        }
    }

    public void Thread(VcpuIdentity thread) => threads[thread.Index] = thread;

    public void Finding(Finding finding) => writer.Finding(finding);

    public void Stack(StackCount stack) => writer.Stack(stack);

    public void End(TraceTotals totals)
    {
    }

    /// <summary>More blocks than vCPUs can have begun together.</summary>
    private const int ThreadsAtOnce = 1 << 14;

    private void Add(ExitClass exitClass)
    {
        classes.Add(exitClass);
        if (classes.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, classes.Count * 2));
        lengths[classes.Count - 1] = (byte)exitClass.Signature.Length;
        bool explained = exitClass.Calibrated && header is not null;
        walks.Add(explained ? Walk.Of(BorderTable.Row(header!, exitClass), exitClass.Signature.AsSpan()) : null);
    }

    /// <summary>Stamps of two CPUs can be out of order: then steps mean nothing.</summary>
    private static bool Ordered(ReadOnlySpan<ulong> times)
    {
        for (int i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1]) return false;
        }
        return true;
    }
}

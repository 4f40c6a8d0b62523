using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>One exit with its stamps as values of the clock.</summary>
public sealed record RecordedExit(int Block, int Vcpu, int Class, ulong[] Stamps)
{
    public bool Equals(RecordedExit? other) => other is not null
        && (Block, Vcpu, Class) == (other.Block, other.Vcpu, other.Class) && Stamps.AsSpan().SequenceEqual(other.Stamps);

    public override int GetHashCode() => HashCode.Combine(Block, Vcpu, Class, Stamps.Length);
}

/// <summary>A trace in memory: everything that a sink is given, in order, with the exits decoded.</summary>
public sealed class RecordedTrace : ITraceSink
{
    private readonly ExitBuffer buffer = new();
    private byte[] lengths = [];

    public TraceHeader? TraceHeader { get; private set; }

    public List<ExitClass> Classes { get; } = [];

    public List<Block> Blocks { get; } = [];

    public List<RecordedExit> Exits { get; } = [];

    public List<Finding> Findings { get; } = [];

    public List<VcpuIdentity> Threads { get; } = [];

    public TraceTotals? Totals { get; private set; }

    void ITraceSink.Header(TraceHeader header)
    {
        Assert.Null(TraceHeader);
        TraceHeader = header;
    }

    public List<TableFigure> Metrics { get; } = [];

    public List<StackCount> Stacks { get; } = [];

    public OuterMachine? Outer { get; private set; }

    void ITraceSink.OuterMachine(OuterMachine machine) => Outer = machine;

    void ITraceSink.Stack(StackCount stack) => Stacks.Add(stack);

    void ITraceSink.Metric(TableFigure metric) => Metrics.Add(metric);

    void ITraceSink.Thread(VcpuIdentity thread) => Threads.Add(thread);

    void ITraceSink.Class(ExitClass exitClass)
    {
        Assert.NotNull(TraceHeader);
        Classes.Add(exitClass);
        if (lengths.Length <= exitClass.Index) Array.Resize(ref lengths, exitClass.Index + 1);
        lengths[exitClass.Index] = (byte)exitClass.Signature.Length;
    }

    void ITraceSink.Block(Block block)
    {
        Assert.NotNull(TraceHeader);
        Blocks.Add(block);
    }

    void ITraceSink.Exits(in ExitBatch batch)
    {
        int block = batch.Block;
        Assert.Contains(Blocks, b => b.Index == block);
        var decoder = new ExitDecoder(batch, TraceHeader!.Clock.Grain, lengths, buffer);
        while (decoder.Next())
        {
            var stamps = new ulong[decoder.Length];
            decoder.CopyStamps(stamps);
            Exits.Add(new RecordedExit(batch.Block, batch.Vcpu, decoder.Class, stamps));
        }
    }

    void ITraceSink.Finding(Finding finding) => Findings.Add(finding);

    void ITraceSink.End(TraceTotals totals)
    {
        Assert.Null(Totals);
        Totals = totals;
    }
}

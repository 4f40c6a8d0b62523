using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>Writes what it is given again, the exits by column: a trace of format 1 becomes one of format 2.</summary>
public sealed class TraceRecoder(TraceWriter writer) : ITraceSink
{
    private readonly List<ExitClass> classes = [];
    private readonly ExitBuffer buffer = new();
    private readonly ulong[] stamps = new ulong[ExitClass.MaxStamps];
    private byte[] lengths = [];
    private TraceHeader? header;
    private ExitEncoder? encoder;

    /// <summary>Reads one file and writes the other.</summary>
    public static void Recode(string from, string to)
    {
        using var writer = new TraceWriter(to);
        TraceReader.Read(from, new TraceRecoder(writer));
    }

    public void Header(TraceHeader header)
    {
        writer.Header(this.header = header);
        encoder = new ExitEncoder(writer, header.Clock.Grain);
    }

    public void Class(ExitClass exitClass)
    {
        encoder!.Flush();
        writer.Class(exitClass);
        classes.Add(exitClass);
        lengths = [.. lengths, (byte)exitClass.Signature.Length];
    }

    public void Block(Block block)
    {
        encoder!.Flush();
        writer.Block(block);
    }

    public void Exits(in ExitBatch batch)
    {
        encoder!.Begin(batch.Block, batch.Vcpu);
        var decoder = new ExitDecoder(batch, header!.Clock.Grain, lengths, buffer);
        while (decoder.Next())
        {
            decoder.CopyStamps(stamps);
            encoder.Add(classes[decoder.Class], stamps.AsSpan(0, decoder.Length));
        }
        encoder.Flush();
    }

    public void Finding(Finding finding) => writer.Finding(finding);

    public void Thread(VcpuIdentity thread) => writer.Thread(thread);

    public void Metric(TableFigure metric) => writer.Metric(metric);

    public void Stack(StackCount stack) => writer.Stack(stack);

    public void EventCost(EventCost cost) => writer.EventCost(cost);

    public void End(TraceTotals totals)
    {
        encoder!.Flush();
        writer.End(writer.Totals(totals.Interrupted));
    }
}

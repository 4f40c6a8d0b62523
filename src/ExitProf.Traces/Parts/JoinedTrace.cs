namespace ExitProf.Traces;

/// <summary>Makes one trace of consecutive parts of a recording.</summary>
public sealed class JoinedTrace : ITraceSink
{
    private readonly TraceWriter writer;
    private readonly string about;
    private readonly Dictionary<int, VcpuIdentity> threads = [];
    private readonly HashSet<Finding> common = [];
    private bool begun;
    private bool inBlocks;
    private bool interrupted;
    private int lastClass = -1;

    private JoinedTrace(TraceWriter writer, string about) => (this.writer, this.about) = (writer, about);

    /// <param name="parts">In order of time; they stay.</param>
    /// <param name="path">Gets the trace when it is whole; a file of that name is replaced.</param>
    /// <param name="about">The host fact that stands in the place of the number of the part.</param>
    /// <param name="more">Findings about what was made of the recording.</param>
    public static void Write(IReadOnlyList<TracePart> parts, string path, string about, IReadOnlyList<Finding> more) =>
        WholeFile.Write(path, stream =>
        {
            var writer = new TraceWriter(stream);
            var joined = new JoinedTrace(writer, about);
            foreach (TracePart part in parts)
            {
                joined.inBlocks = false;
                TraceReader.Read(part.Path, joined);
            }
            foreach (Finding finding in more) writer.Finding(finding);
            writer.End(writer.Totals(joined.interrupted));
        });

    public void Header(TraceHeader header)
    {
        if (begun) return;
        begun = true;
        writer.Header(header with
        {
            Host = [.. header.Host.Where(f => f.Name != TraceParts.FactName), new Fact(TraceParts.FactName, about)],
        });
    }

    public void Class(ExitClass exitClass)
    {
        if (exitClass.Index <= lastClass) return;
        writer.Class(exitClass);
        lastClass = exitClass.Index;
    }

    public void Block(Block block)
    {
        // What calibration found is known before the first round, and in every part.
        inBlocks |= !block.Calibration;
        writer.Block(block);
    }

    public void Exits(in ExitBatch batch) => writer.Exits(batch);

    public void Finding(Finding finding)
    {
        // What every part says of the whole recording is said once.
        if (!inBlocks && !common.Add(finding)) return;
        writer.Finding(finding);
    }

    public void Thread(VcpuIdentity thread)
    {
        if (threads.TryGetValue(thread.Index, out VcpuIdentity? known) && known == thread) return;
        threads[thread.Index] = thread;
        writer.Thread(thread);
    }

    public void Metric(TableFigure metric) => writer.Metric(metric);

    public void Stack(StackCount stack) => writer.Stack(stack);

    public void EventCost(EventCost cost) => writer.EventCost(cost);

    public void OuterMachine(OuterMachine machine) => writer.OuterMachine(machine);

    public void End(TraceTotals totals) => interrupted = totals.Interrupted;
}

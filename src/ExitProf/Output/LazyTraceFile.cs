using ExitProf.Traces;

namespace ExitProf;

/// <summary>A trace file that is made when the recording has something to say: a recording that cannot start leaves no file.</summary>
internal sealed class LazyTraceFile(FileInfo file) : ITraceSink, IDisposable
{
    private TraceWriter? writer;

    public void Header(TraceHeader header)
    {
        // Devices and pipes have no length: they are written to, not renamed.
        if (file is { Exists: true, Length: > 0 }) File.Move(file.FullName, file.FullName + ".old", overwrite: true);
        file.Directory!.Create();
        writer = new TraceWriter(file.FullName);
        writer.Header(header);
    }

    public void Class(ExitClass exitClass) => writer!.Class(exitClass);

    public void Block(Block block) => writer!.Block(block);

    public void Exits(in ExitBatch batch) => writer!.Exits(batch);

    public void Finding(Finding finding) => writer!.Finding(finding);

    public void Thread(VcpuIdentity thread) => writer!.Thread(thread);

    public void Metric(TableFigure metric) => writer!.Metric(metric);

    public void Stack(StackCount stack) => writer!.Stack(stack);

    public void EventCost(EventCost cost) => writer!.EventCost(cost);

    public void OuterMachine(OuterMachine machine) => writer!.OuterMachine(machine);

    public void End(TraceTotals totals) => writer!.End(totals);

    /// <summary>Gives everything handed over so far to the operating system.</summary>
    public void Flush() => writer?.Flush();

    public void Dispose() => writer?.Dispose();
}

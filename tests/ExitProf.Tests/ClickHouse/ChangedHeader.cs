using ExitProf.Traces;

namespace ExitProf.Tests.ClickHouse;

/// <summary>Writes a trace again with another header: as if another host, kernel or clock had recorded it.</summary>
internal sealed class ChangedHeader(ITraceSink to, Func<TraceHeader, TraceHeader> change) : ITraceSink
{
    public static string Write(string from, string to, Func<TraceHeader, TraceHeader> change)
    {
        using var writer = new TraceWriter(to);
        TraceReader.Read(from, new ChangedHeader(new TraceRecoder(writer), change));
        return to;
    }

    /// <summary>Another value of a fact of the host.</summary>
    public static TraceHeader With(TraceHeader header, string fact, string value) =>
        header with { Host = [.. header.Host.Where(f => f.Name != fact), new Fact(fact, value)] };

    public void Header(TraceHeader header) => to.Header(change(header));

    public void Class(ExitClass exitClass) => to.Class(exitClass);

    public void Block(Block block) => to.Block(block);

    public void Exits(in ExitBatch batch) => to.Exits(batch);

    public void Finding(Finding finding) => to.Finding(finding);

    public void Thread(VcpuIdentity thread) => to.Thread(thread);

    public void Metric(TableFigure metric) => to.Metric(metric);

    public void Stack(StackCount stack) => to.Stack(stack);

    public void EventCost(EventCost cost) => to.EventCost(cost);

    public void End(TraceTotals totals) => to.End(totals);
}

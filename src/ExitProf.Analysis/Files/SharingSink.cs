using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Hands everything to two sinks that decode batches into the same columns: each batch is decoded once.</summary>
internal sealed class SharingSink(ExitColumns columns, ITraceSink first, ITraceSink second) : ITraceSink
{
    private readonly TeeSink both = new(first, second);

    public void Header(TraceHeader header) => both.Header(header);

    public void Class(ExitClass exitClass) => both.Class(exitClass);

    public void Block(Block block) => both.Block(block);

    public void Exits(in ExitBatch batch)
    {
        columns.Forget();
        both.Exits(batch);
    }

    public void Finding(Finding finding) => both.Finding(finding);

    public void Thread(VcpuIdentity thread) => both.Thread(thread);

    public void Metric(TableFigure metric) => both.Metric(metric);

    public void Stack(StackCount stack) => both.Stack(stack);

    public void EventCost(EventCost cost) => both.EventCost(cost);

    public void OuterMachine(OuterMachine machine) => both.OuterMachine(machine);

    public void End(TraceTotals totals) => both.End(totals);
}

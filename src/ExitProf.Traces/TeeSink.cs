namespace ExitProf.Traces;

/// <summary>Hands everything to two sinks.</summary>
public sealed class TeeSink(ITraceSink first, ITraceSink second) : ITraceSink
{
    public void Header(TraceHeader header)
    {
        first.Header(header);
        second.Header(header);
    }

    public void Class(ExitClass exitClass)
    {
        first.Class(exitClass);
        second.Class(exitClass);
    }

    public void Block(Block block)
    {
        first.Block(block);
        second.Block(block);
    }

    public void Exits(in ExitBatch batch)
    {
        first.Exits(batch);
        second.Exits(batch);
    }

    public void Finding(Finding finding)
    {
        first.Finding(finding);
        second.Finding(finding);
    }

    public void Thread(VcpuIdentity thread)
    {
        first.Thread(thread);
        second.Thread(thread);
    }

    public void Metric(TableFigure metric)
    {
        first.Metric(metric);
        second.Metric(metric);
    }

    public void Stack(StackCount stack)
    {
        first.Stack(stack);
        second.Stack(stack);
    }

    public void EventCost(EventCost cost)
    {
        first.EventCost(cost);
        second.EventCost(cost);
    }

    public void OuterMachine(OuterMachine machine)
    {
        first.OuterMachine(machine);
        second.OuterMachine(machine);
    }

    public void End(TraceTotals totals)
    {
        first.End(totals);
        second.End(totals);
    }
}

namespace ExitProf.Traces;

/// <summary>One call of a sink that waits for another thread to make it.</summary>
internal readonly struct QueuedCall
{
    /// <summary>Memory of an event that is no batch, about.</summary>
    private const int EventBytes = 256;

    private readonly object? what;
    private readonly int length;
    private readonly int block;
    private readonly int vcpu;
    private readonly int count;
    private readonly ulong start;
    private readonly BatchCoding coding;

    internal QueuedCall(object what) => this.what = what;

    /// <param name="data">At least as long as the batch's data, which is copied.</param>
    internal QueuedCall(in ExitBatch batch, byte[] data)
    {
        batch.Data.CopyTo(data);
        (Data, length, block, vcpu) = (data, batch.Data.Length, batch.Block, batch.Vcpu);
        (count, start, coding) = (batch.Count, batch.StartTsc, batch.Coding);
    }

    /// <summary>The batch's data; null if it is no batch.</summary>
    internal byte[]? Data { get; }

    internal long Bytes => EventBytes + (Data?.Length ?? 0);

    internal void Make(ITraceSink sink)
    {
        switch (what)
        {
            case null:
                sink.Exits(new ExitBatch(block, vcpu, count, start, Data.AsSpan(0, length)) { Coding = coding });
                break;
            case Block b:
                sink.Block(b);
                break;
            case ExitClass c:
                sink.Class(c);
                break;
            case Finding f:
                sink.Finding(f);
                break;
            case VcpuIdentity t:
                sink.Thread(t);
                break;
            case TableFigure m:
                sink.Metric(m);
                break;
            case StackCount s:
                sink.Stack(s);
                break;
            case EventCost e:
                sink.EventCost(e);
                break;
            case OuterMachine machine:
                sink.OuterMachine(machine);
                break;
            case TraceTotals totals:
                sink.End(totals);
                break;
            default:
                throw new InvalidOperationException($"{what.GetType().Name} is no event of a trace.");
        }
    }
}

using System.Buffers;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace ExitProf.Traces;

/// <summary>
/// Hands a recording to a sink on a thread of its own, so that a recorder does not wait for a disk. What waits is bounded. A block that
/// finds no room is dropped whole, with the blocks of the other vCPUs of its time, and a finding counts its exits.
/// </summary>
/// <remarks>
/// The header is handed on by the caller's thread: an output that cannot be made is refused before the first exit. When the sink fails,
/// the next call, or <see cref="Dispose"/>, throws what it threw.
/// </remarks>
/// <param name="sink">Called by one thread at a time. It stays the caller's.</param>
public sealed class TraceQueue(ITraceSink sink) : ITraceSink, IDisposable
{
    /// <summary>Half a minute of a recorder that does its most, and more than a disk is usually busy.</summary>
    public const long UsualBytes = 64 << 20;

    /// <summary>Between two calls of <see cref="Flush"/>: what a kill may take away.</summary>
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>Between two findings of dropped blocks: what a kill may leave uncounted.</summary>
    private static readonly TimeSpan FindingInterval = TimeSpan.FromSeconds(10);

    private readonly object gate = new();
    private readonly Queue<QueuedCall> waiting = new();

    // The arrays go from thread to thread and stay here: a garbage collection would fall into a block.
    private readonly ArrayPool<byte> arrays = ArrayPool<byte>.Create(1 << 16, 2048);
    private long waitingBytes;
    private bool complete;
    private ExceptionDispatchInfo? failure;
    private bool told;
    private Thread? writer;
    private Block? last;
    private bool dropping;
    private (long Blocks, long Batches, long Exits) dropped;
    private long counted;
    private long findings;
    private long countedAt = Stopwatch.GetTimestamp();

    /// <summary>What may wait, in bytes; a block that was begun may go beyond it.</summary>
    public long MostBytes { get; init; } = UsualBytes;

    /// <summary>How long a block waits for room: a recorder whose guest stands still meanwhile loses nothing by it.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Called by the thread of the queue before anything else.</summary>
    public Action Begin { get; init; } = () => { };

    /// <summary>Called by the thread of the queue each second, so that what the sink has reaches the file.</summary>
    public Action Flush { get; init; } = () => { };

    /// <summary>Exits that found no room.</summary>
    public long DroppedExits => dropped.Exits;

    public void Header(TraceHeader header)
    {
        sink.Header(header);
        writer = new Thread(Write) { IsBackground = true, Name = "trace" };
        writer.Start();
    }

    public void Class(ExitClass exitClass) => Add(new QueuedCall(exitClass));

    public void Block(Block block)
    {
        if (!IsOfTheSameTime(block)) dropping = !HasRoom();
        last = block;
        if (dropping)
        {
            dropped.Blocks++;
            return;
        }
        if (dropped.Exits > counted && Stopwatch.GetElapsedTime(countedAt) >= FindingInterval) CountDropped();
        Add(new QueuedCall(block));
    }

    public void Exits(in ExitBatch batch)
    {
        if (dropping && batch.Block == last?.Index)
        {
            dropped.Batches++;
            dropped.Exits += batch.Count;
            return;
        }
        byte[] data = arrays.Rent(batch.Data.Length);
        Add(new QueuedCall(in batch, data));
    }

    public void Finding(Finding finding) => Add(new QueuedCall(finding));

    public void Thread(VcpuIdentity thread) => Add(new QueuedCall(thread));

    public void Metric(TableFigure metric) => Add(new QueuedCall(metric));

    public void Stack(StackCount stack) => Add(new QueuedCall(stack));

    public void EventCost(EventCost cost) => Add(new QueuedCall(cost));

    public void OuterMachine(OuterMachine machine) => Add(new QueuedCall(machine));

    public void End(TraceTotals totals)
    {
        if (dropped.Exits > counted) CountDropped();
        Add(new QueuedCall(totals with
        {
            Exits = totals.Exits - dropped.Exits,
            Batches = totals.Batches - dropped.Batches,
            Blocks = (int)(totals.Blocks - dropped.Blocks),
            Findings = (int)(totals.Findings + findings),
        }));
    }

    /// <summary>Waits until everything has been handed over.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            complete = true;
            Monitor.PulseAll(gate);
        }
        writer?.Join();
        if (!told) ThrowFailure();
    }

    /// <summary>Blocks of several vCPUs that exited at once follow each other: one without the others is no use.</summary>
    private bool IsOfTheSameTime(Block block) => last is { } before && block.Vcpu > before.Vcpu && Setting(block) == Setting(before);

    private static (int, int, EventGroups, int) Setting(Block block) => (block.Round, block.Configuration, block.Events, block.Quad);

    private bool HasRoom()
    {
        long started = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (waitingBytes >= MostBytes && failure == null)
            {
                TimeSpan left = Patience - Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero) return false;
                Monitor.Wait(gate, left);
            }
        }
        return true;
    }

    private void CountDropped()
    {
        Finding(FindingKind.BlocksDropped.Of(
            dropped.Exits - counted, "Blocks of exits were dropped whole: they came faster than the trace could be written."));
        (counted, countedAt) = (dropped.Exits, Stopwatch.GetTimestamp());
        findings++;
    }

    private void Add(in QueuedCall call)
    {
        lock (gate)
        {
            ThrowFailure();
            if (writer == null) throw new InvalidOperationException("A trace begins with its header.");
            waiting.Enqueue(call);
            waitingBytes += call.Bytes;
            Monitor.PulseAll(gate);
        }
    }

    private void ThrowFailure()
    {
        if (failure == null) return;
        told = true;
        failure.Throw();
    }

    private void Write()
    {
        try
        {
            Begin();
            long flushed = Stopwatch.GetTimestamp();
            while (Take(out QueuedCall? next))
            {
                if (next is { } call) Make(in call);
                if (Stopwatch.GetElapsedTime(flushed) < FlushInterval) continue;
                Flush();
                flushed = Stopwatch.GetTimestamp();
            }
        }
        catch (Exception e)
        {
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(e);
                waiting.Clear();
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <returns>False after the last call; null if there was none for a while.</returns>
    private bool Take(out QueuedCall? call)
    {
        lock (gate)
        {
            if (waiting.Count == 0 && !complete) Monitor.Wait(gate, FlushInterval);
            call = waiting.TryDequeue(out QueuedCall next) ? next : null;
            return call != null || !complete;
        }
    }

    private void Make(in QueuedCall call)
    {
        call.Make(sink);
        lock (gate)
        {
            waitingBytes -= call.Bytes;
            if (waitingBytes < MostBytes) Monitor.PulseAll(gate);
        }
        if (call.Data is { } data) arrays.Return(data);
    }
}

using System.Collections.Concurrent;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Adds a trace up on several cores. Blocks do not depend on each other: each goes to the worker that its number says, which has an
/// analysis of its own, and these are added up in the order of the workers. Sums and counts are whole numbers, so that the result is the
/// same to the byte as on one core.
/// </summary>
internal sealed class ParallelAnalysis : ITraceSink, IDisposable
{
    /// <summary>So many neighbouring blocks go to the same worker.</summary>
    private const int BlocksInARow = 16;

    /// <summary>Bytes of exits that are handed over at once.</summary>
    private const int ChunkBytes = 256 * 1024;

    /// <summary>The same of blocks, which may have no exits.</summary>
    private const int MostBlocks = 4096;

    /// <summary>Chunks that may wait for a worker: the reader is held up beyond, and memory stays flat.</summary>
    private const int MostWaiting = 3;

    private readonly Worker[] workers;

    /// <param name="count">Of workers; with one, everything is done by the calling thread.</param>
    /// <param name="shared">With one worker: columns that others decode into too; null for its own.</param>
    public ParallelAnalysis(int count, ExitColumns? shared = null)
    {
        bool alone = count <= 1;
        workers = [.. Enumerable.Range(0, Math.Max(1, count)).Select(_ => new Worker(alone, alone ? shared : null))];
    }

    public void Header(TraceHeader header)
    {
        foreach (Worker worker in workers) worker.Analysis.Header(header);
    }

    public void Class(ExitClass exitClass)
    {
        foreach (Worker worker in workers) worker.Class(exitClass);
    }

    public void Block(Block block) => Of(block.Index).Block(block);

    public void Exits(in ExitBatch batch) => Of(batch.Block).Exits(batch);

    public void Finding(Finding finding) => workers[0].Analysis.Finding(finding);

    public void EventCost(EventCost cost) => workers[0].Analysis.EventCost(cost);

    public void Stack(StackCount stack) => workers[0].Analysis.Stack(stack);

    public void OuterMachine(OuterMachine machine) => workers[0].Analysis.OuterMachine(machine);

    public void End(TraceTotals totals) => workers[0].Analysis.End(totals);

    /// <summary>Waits for the workers and adds them up.</summary>
    public TraceAnalysis Finish()
    {
        foreach (Worker worker in workers) worker.Finish();
        foreach (Worker worker in workers[1..]) workers[0].Analysis.Absorb(worker.Analysis);
        return workers[0].Analysis;
    }

    public void Dispose()
    {
        foreach (Worker worker in workers) worker.Dispose();
    }

    private Worker Of(int block) => workers[(uint)block / BlocksInARow % (uint)workers.Length];

    private sealed class Worker(bool alone, ExitColumns? shared) : IDisposable
    {
        private readonly BlockingCollection<Chunk> waiting = new(MostWaiting);
        private readonly ConcurrentBag<Chunk> free = [];
        private Chunk open = new();
        private Task? task;

        public TraceAnalysis Analysis { get; } = new(shared);

        public void Class(ExitClass exitClass)
        {
            if (alone) Analysis.Class(exitClass);
            else open.Classes.Add(exitClass);
        }

        public void Block(Block block)
        {
            if (alone)
            {
                Analysis.Block(block);
                return;
            }
            open.Blocks.Add(block);
            if (open.Blocks.Count >= MostBlocks) Hand();
        }

        public void Exits(in ExitBatch batch)
        {
            if (alone)
            {
                Analysis.Exits(batch);
                return;
            }
            open.Add(batch);
            if (open.Bytes >= ChunkBytes) Hand();
        }

        public void Finish()
        {
            if (alone) return;
            waiting.CompleteAdding();
            task?.GetAwaiter().GetResult();
            open.Replay(Analysis);
        }

        /// <summary>Waits for what has been handed over: a trace that cannot be read on ends here too.</summary>
        public void Dispose()
        {
            waiting.CompleteAdding();
            if (task is not null) Task.WaitAny(task);
            waiting.Dispose();
        }

        private void Hand()
        {
            task ??= Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            // A worker that has failed takes nothing any more.
            while (!waiting.TryAdd(open, 100))
            {
                if (task.IsFaulted) task.GetAwaiter().GetResult();
            }
            if (!free.TryTake(out Chunk? next)) next = new Chunk();
            open = next;
        }

        private void Run()
        {
            foreach (Chunk chunk in waiting.GetConsumingEnumerable())
            {
                chunk.Replay(Analysis);
                chunk.Clear();
                free.Add(chunk);
            }
        }
    }

    /// <summary>Blocks with their exits, as they came.</summary>
    private sealed class Chunk
    {
        private readonly List<(int Blocks, int Block, int Vcpu, int Count, ulong Start, int At, int Length, BatchCoding Coding)> batches =
        [];
        private byte[] data = new byte[ChunkBytes + 2 * ushort.MaxValue];

        public List<Block> Blocks { get; } = [];

        public List<ExitClass> Classes { get; } = [];

        public int Bytes { get; private set; }

        public void Add(in ExitBatch batch)
        {
            if (data.Length - Bytes < batch.Data.Length) Array.Resize(ref data, data.Length + batch.Data.Length);
            batch.Data.CopyTo(data.AsSpan(Bytes));
            batches.Add((Blocks.Count, batch.Block, batch.Vcpu, batch.Count, batch.StartTsc, Bytes, batch.Data.Length, batch.Coding));
            Bytes += batch.Data.Length;
        }

        public void Replay(TraceAnalysis analysis)
        {
            // Classes stand before the exits of them; that they come a little earlier changes nothing.
            foreach (ExitClass exitClass in Classes) analysis.Class(exitClass);
            int begun = 0;
            foreach (var b in batches)
            {
                for (; begun < b.Blocks; begun++) analysis.Block(Blocks[begun]);
                analysis.Exits(new ExitBatch(b.Block, b.Vcpu, b.Count, b.Start, data.AsSpan(b.At, b.Length)) { Coding = b.Coding });
            }
            for (; begun < Blocks.Count; begun++) analysis.Block(Blocks[begun]);
        }

        public void Clear()
        {
            batches.Clear();
            Blocks.Clear();
            Classes.Clear();
            Bytes = 0;
        }
    }
}

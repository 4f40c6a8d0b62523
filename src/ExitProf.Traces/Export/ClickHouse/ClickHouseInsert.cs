using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace ExitProf.Traces;

/// <summary>
/// Sends blocks of rows to a table while the next ones are made. Few wait at a time: who makes them is held up by a server that is
/// slow, and memory does not grow with their number.
/// </summary>
/// <typeparam name="T">What fills a block.</typeparam>
public sealed class ClickHouseInsert<T> : IDisposable
{
    /// <summary>The server makes one part of a statement's rows: few large ones are merged sooner than many small ones.</summary>
    private const int RowsPerStatement = 1 << 20;

    /// <summary>After this time a statement ends with fewer rows: on a slow line none is to last as long as an answer may take.</summary>
    private static readonly TimeSpan StatementTime = TimeSpan.FromMinutes(1);

    private const int MostWaiting = 2;

    private readonly ClickHouseServer server;
    private readonly string statement;
    private readonly Func<T, NativeBlock> blockOf;
    private readonly BlockingCollection<T> waiting = new(MostWaiting);
    private readonly ConcurrentBag<T> free = [];
    private readonly CancellationTokenSource stop;
    private readonly Task sender;
    private readonly Func<T> make;

    /// <param name="make">Makes what fills a block; few are made and used again.</param>
    public ClickHouseInsert(ClickHouseServer server, string statement, Func<T> make, Func<T, NativeBlock> blockOf,
        CancellationToken cancelled)
    {
        (this.server, this.statement, this.make, this.blockOf) = (server, statement, make, blockOf);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        sender = Task.Factory.StartNew(Send, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Something to fill, empty.</summary>
    public T Rent() => free.TryTake(out T? used) ? used : make();

    /// <summary>Hands a filled one over and waits while too many are under way.</summary>
    /// <exception cref="ClickHouseException">The server did not take an earlier one.</exception>
    public void Post(T filled)
    {
        while (!waiting.TryAdd(filled, 100, stop.Token))
        {
            if (sender.IsCompleted) sender.GetAwaiter().GetResult();
        }
        if (sender.IsFaulted) sender.GetAwaiter().GetResult();
    }

    /// <summary>Waits until the server has everything.</summary>
    /// <exception cref="ClickHouseException">It did not take it.</exception>
    public void Finish()
    {
        waiting.CompleteAdding();
        sender.GetAwaiter().GetResult();
    }

    /// <summary>Stops sending what has not been sent.</summary>
    public void Dispose()
    {
        stop.Cancel();
        if (!waiting.IsAddingCompleted) waiting.CompleteAdding();
        Task.WaitAny(sender);
        waiting.Dispose();
        stop.Dispose();
    }

    private void Send()
    {
        while (waiting.TryTake(out T? first, Timeout.Infinite, stop.Token))
        {
            using var content = new InsertBody(this, first);
            try
            {
                server.Insert(statement, content, stop.Token);
            }
            catch (ClickHouseException) when (stop.IsCancellationRequested)
            {
                throw new OperationCanceledException(stop.Token);
            }
        }
    }

    /// <summary>The body of one statement: blocks as they come, until they are enough.</summary>
    private sealed class InsertBody(ClickHouseInsert<T> insert, T first) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // The stream goes on behind the content, so that it is not closed here.
            var buffered = new BufferedStream(stream, 1 << 16);
            long began = Stopwatch.GetTimestamp();
            int rows = 0;
            T? next = first;
            do
            {
                NativeBlock block = insert.blockOf(next);
                block.Write(buffered);
                rows += block.Rows;
                block.Clear();
                insert.free.Add(next);
            }
            while (rows < RowsPerStatement && Stopwatch.GetElapsedTime(began) < StatementTime
                && insert.waiting.TryTake(out next, Timeout.Infinite, insert.stop.Token));
            buffered.Flush();
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            SerializeToStream(stream, context, CancellationToken.None);
            return Task.CompletedTask;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

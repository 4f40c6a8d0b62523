using ExitProf.Traces;

namespace ExitProf.Tests.Parts;

/// <summary>A recording that is handed over by another thread: all of it, or what was dropped is counted.</summary>
public sealed class TraceQueueTests
{
    private static readonly string Trace = Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace");

    [Fact]
    public void What_is_handed_to_a_queue_reaches_the_sink_in_order_and_whole()
    {
        var direct = new RecordedTrace();
        TraceReader.Read(Trace, direct);
        var queued = new RecordedTrace();
        using (var queue = new TraceQueue(queued)) TraceReader.Read(Trace, queue);
        Assert.Equal(direct.Classes, queued.Classes);
        Assert.Equal(direct.Blocks, queued.Blocks);
        Assert.Equal(direct.Exits, queued.Exits);
        Assert.Equal(direct.Findings, queued.Findings);
        Assert.Equal(direct.Totals, queued.Totals);
    }

    [Fact]
    public void Blocks_that_find_no_room_are_dropped_whole_and_the_trace_counts_their_exits()
    {
        var direct = new RecordedTrace();
        TraceReader.Read(Trace, direct);
        using var folder = new TemporaryFolder();
        long dropped;
        using (var writer = new TraceWriter(folder["a.nettrace"]))
        using (var disk = new SlowDisk(writer))
        using (var queue = new TraceQueue(disk) { MostBytes = 100_000 })
        {
            // The disk answers again when the recorder is at its end.
            TraceReader.Read(Trace, new BeforeEnd(queue, disk.Recover));
            dropped = queue.DroppedExits;
        }
        Assert.InRange(dropped, 1, direct.Exits.Count - 1);
        var read = new RecordedTrace();
        TraceReader.Read(folder["a.nettrace"], read);
        Assert.Equal(direct.Exits.Count - dropped, read.Exits.Count);
        Finding loss = Assert.Single(read.Findings, f => f.Severity == Severity.DataLoss);
        Assert.Equal((FindingKind.BlocksDropped.Id, dropped), (loss.Id, loss.Count));
        Assert.All(read.Blocks, b => Assert.Equal(b.Exits, read.Exits.Count(e => e.Block == b.Index)));
    }

    [Fact]
    public void A_recorder_that_can_wait_for_the_disk_loses_nothing()
    {
        var direct = new RecordedTrace();
        TraceReader.Read(Trace, direct);
        var queued = new RecordedTrace();
        using (var queue = new TraceQueue(queued) { MostBytes = 1, Patience = TimeSpan.FromDays(1) }) TraceReader.Read(Trace, queue);
        Assert.Equal(direct.Exits, queued.Exits);
        Assert.Equal(direct.Totals, queued.Totals);
    }

    [Fact]
    public void A_disk_that_is_full_ends_the_recording_with_what_the_disk_said()
    {
        var full = new FullDisk();
        using var writer = new TraceWriter(full);
        var queue = new TraceQueue(writer);
        full.IsFull = false;
        var failure = Assert.Throws<IOException>(() =>
        {
            TraceReader.Read(Trace, new BeforeEnd(queue, () => { }, () => full.IsFull = true));
            queue.Dispose();
        });
        Assert.Equal("full", failure.Message);
        // It was said once; leaving says nothing more.
        queue.Dispose();
    }

    [Fact]
    public void An_output_that_cannot_be_made_is_refused_before_the_first_exit()
    {
        using var writer = new TraceWriter(new FullDisk());
        using var queue = new TraceQueue(writer);
        var recorded = new RecordedTrace();
        TraceReader.Read(Trace, recorded);
        Assert.Throws<IOException>(() => queue.Header(recorded.TraceHeader!));
    }

    /// <summary>A sink that takes the header and then nothing until it recovers.</summary>
    private sealed class SlowDisk(TraceWriter writer) : ITraceSink, IDisposable
    {
        private readonly ManualResetEventSlim works = new();

        public void Recover() => works.Set();

        public void Header(TraceHeader header) => writer.Header(header);

        public void Class(ExitClass exitClass) => Then(() => writer.Class(exitClass));

        public void Block(Block block) => Then(() => writer.Block(block));

        public void Exits(in ExitBatch batch)
        {
            works.Wait();
            writer.Exits(batch);
        }

        public void Finding(Finding finding) => Then(() => writer.Finding(finding));

        public void End(TraceTotals totals) => Then(() => writer.End(totals));

        public void Dispose() => works.Dispose();

        private void Then(Action write)
        {
            works.Wait();
            write();
        }
    }

    /// <summary>Does something after the first block, and something before the end.</summary>
    private sealed class BeforeEnd(ITraceSink sink, Action atEnd, Action? atBlock = null) : ITraceSink
    {
        public void Header(TraceHeader header) => sink.Header(header);

        public void Class(ExitClass exitClass) => sink.Class(exitClass);

        public void Block(Block block)
        {
            sink.Block(block);
            atBlock?.Invoke();
        }

        public void Exits(in ExitBatch batch) => sink.Exits(batch);

        public void Finding(Finding finding) => sink.Finding(finding);

        public void End(TraceTotals totals)
        {
            atEnd();
            sink.End(totals);
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public bool IsFull { get; set; } = true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsFull) throw new IOException("full");
        }
    }
}

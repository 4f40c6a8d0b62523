using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>A recording, kept in memory as it was handed over: its batches stay encoded.</summary>
internal sealed class RealRecording : ITraceSink
{
    private readonly List<ExitClass> classes = [];
    private readonly List<Piece> pieces = [];

    public TraceHeader? Recorded { get; private set; }

    public IReadOnlyList<ExitClass> Classes => classes;

    /// <summary>The blocks in their order, each with its batches.</summary>
    public IReadOnlyList<Piece> Pieces => pieces;

    public static RealRecording Make(BenchmarkHost host, TimeSpan duration)
    {
        var recording = new RealRecording();
        var options = new SweepOptions(
            ScenarioCatalog.Get("pio-out"),
            [],
            null,
            duration,
            host.Cpu,
            EventSet.Full,
            (ulong)host.Random.Next()
        );
        SweepRecording.Record(options, recording, new Progress<RecordingProgress>(), CancellationToken.None);
        return recording;
    }

    /// <summary>Hands it over as a reader of the file would.</summary>
    public void Replay(ITraceSink sink)
    {
        sink.Header(Recorded!);
        foreach (ExitClass exitClass in classes) sink.Class(exitClass);
        foreach ((Block block, List<Batch> batches) in pieces)
        {
            sink.Block(block);
            foreach (Batch batch in batches)
                sink.Exits(new ExitBatch(block.Index, batch.Vcpu, batch.Count, batch.StartTsc, batch.Data) { Coding = batch.Coding });
        }
    }

    public void Header(TraceHeader header) => Recorded = header;

    public void Class(ExitClass exitClass) => classes.Add(exitClass);

    public void Block(Block block) => pieces.Add(new Piece(block, []));

    public void Exits(in ExitBatch batch) =>
        pieces[^1].Batches.Add(new Batch(batch.Vcpu, batch.Count, batch.StartTsc, batch.Data.ToArray(), batch.Coding));

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }

    public sealed record Piece(Block Block, List<Batch> Batches)
    {
        public bool Calibration => Block.Calibration;

        public long Exits => Batches.Sum(b => (long)b.Count);
    }

    /// <param name="Data">With its padding.</param>
    public readonly record struct Batch(int Vcpu, int Count, ulong StartTsc, byte[] Data, BatchCoding Coding);
}

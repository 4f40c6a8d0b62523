using ExitProf.Testing;
using ExitProf.Traces;
using Microsoft.Win32.SafeHandles;

namespace ExitProf.Benchmarks;

/// <summary>
/// Writes a recording's blocks again and again, each time later: a trace as long as one likes that looks like one that was recorded at
/// length.
/// </summary>
internal static class LongTrace
{
    public const string Argument = "multiply";

    /// <summary>
    /// Writes a recorded trace again and again to stdout, in format 2: nothing has to keep a trace that is too long for a disk.
    /// </summary>
    public static int Multiply(string trace, long leastExits)
    {
        string one = Path.GetTempFileName();
        try
        {
            TraceRecoder.Recode(trace, one);
            var recording = new RealRecording();
            TraceReader.Read(one, recording);
            using var stdout = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            Write(stdout, recording, [.. recording.Pieces.Where(p => !p.Calibration)], leastExits);
            return 0;
        }
        finally
        {
            File.Delete(one);
        }
    }

    /// <summary>Writes whole repetitions until there are as many exits; returns how many there are.</summary>
    /// <param name="format">Version of the trace format.</param>
    /// <param name="seed">In the header: two traces of one recording have to differ in something.</param>
    public static long Write(
        Stream stream,
        RealRecording recording,
        IReadOnlyList<RealRecording.Piece> pieces,
        long leastExits,
        ulong? seed = null,
        int format = 2
    )
    {
        using var writer = new TraceWriter(stream) { Format = format };
        writer.Header(recording.Recorded! with { Seed = seed ?? recording.Recorded!.Seed });
        foreach (ExitClass exitClass in recording.Classes) writer.Class(exitClass);
        int blocks = pieces[^1].Block.Index + 1, rounds = pieces.Max(p => p.Block.Round) + 1, quads = pieces.Max(p => p.Block.Quad) + 1;
        ulong span = pieces[^1].Block.EndTsc - pieces[0].Block.StartTsc + (ulong)recording.Recorded!.Clock.Hertz / 1000;
        long exits = 0;
        for (int copy = 0; exits < leastExits; copy++)
        {
            ulong later = span * (ulong)copy;
            foreach ((Block block, List<RealRecording.Batch> batches) in pieces)
            {
                int index = block.Index + copy * blocks;
                writer.Block(block with
                {
                    Index = index,
                    Round = block.Round < 0 ? block.Round : block.Round + copy * rounds,
                    Quad = block.Quad < 0 ? block.Quad : block.Quad + copy * quads,
                    StartTsc = block.StartTsc + later,
                    EndTsc = block.EndTsc + later,
                });
                foreach (RealRecording.Batch batch in batches)
                {
                    // Stamps are stored as differences: the batch's start moves them all.
                    writer.Exits(
                        new ExitBatch(index, batch.Vcpu, batch.Count, batch.StartTsc + later, batch.Data) { Coding = batch.Coding }
                    );
                    exits += batch.Count;
                }
            }
        }
        writer.End(writer.Totals(interrupted: false));
        return exits;
    }
}

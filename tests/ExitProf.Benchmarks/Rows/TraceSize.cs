using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// How many bytes an exit with all its borders takes in the file, everything counted, beside the pages that the kernel wrote for it.
/// </summary>
internal sealed class TraceSize : IBenchmark
{
    private const double Target = 32;
    private const string What = "trace bytes per traced exit, all borders";
    private const string Peer = "the kernel's ring-buffer pages of such exits";

    public string Name => "trace-size";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        if (BenchmarkHost.WhyNoKvm() is { } why)
        {
            yield return BenchmarkRow.Skip(Name, What, Peer, "bytes", Target, why);
            yield break;
        }
        RealRecording recording = RealRecording.Make(host, TimeSpan.FromSeconds(5));
        EventGroups all = recording.Recorded!.Groups;
        if (all == EventGroups.None)
        {
            yield return BenchmarkRow.Skip(Name, What, Peer, "bytes", Target, "No kernel events can be had here: run as root.");
            yield break;
        }
        RealRecording.Piece[] traced = [.. recording.Pieces.Where(p => p.Block.Events == all && !p.Calibration)];
        using var file = new CountingStream();
        long exits = LongTrace.Write(file, recording, traced, leastExits: 1);
        double stamps = Stamps(recording, traced);
        double bytes = file.Length / (double)exits;

        // The interval is of the blocks' own sizes; the value is the whole file, headers included.
        Estimate blocks = RankEstimate.Centre([
            .. traced.Select(p => p.Batches.Sum(b => b.Data.Length - ExitBatch.Padding) / (double)p.Exits),
        ]);
        double outside = bytes - blocks.Value;
        yield return BenchmarkRow.Of(
            Name,
            What,
            Peer,
            "bytes",
            new Estimate(bytes, blocks.Low + outside, blocks.High + outside, traced.Length),
            Target,
            $"{file.Length:N0} bytes for {exits:N0} exits of {stamps:F1} stamps; ring-buffer pages take {PageBytes(host):N0} bytes per exit"
        );
    }

    private static double Stamps(RealRecording recording, RealRecording.Piece[] pieces)
    {
        byte[] lengths = [.. recording.Classes.Select(c => (byte)c.Signature.Length)];
        var buffer = new ExitBuffer();
        long stamps = 0, exits = 0;
        foreach (RealRecording.Batch batch in pieces.SelectMany(p => p.Batches))
        {
            var decoder = new ExitDecoder(
                new ExitBatch(0, batch.Vcpu, batch.Count, batch.StartTsc, batch.Data) { Coding = batch.Coding },
                recording.Recorded!.Clock.Grain,
                lengths,
                buffer
            );
            for (; decoder.Next(); exits++)
                stamps += decoder.Length;
        }
        return stamps / (double)exits;
    }

    private static double PageBytes(BenchmarkHost host)
    {
        const int Exits = 4000, BufferKilobytes = 8192;
        using var kvm = new Kvm();
        using var thread = new VcpuThread(host.Cpu);
        using var runner = new ExitRunner(LoopParts.None);
        using var guest = new Guest(kvm, BenchmarkHost.PioOut(GuestMode.Long64Cpl3));
        string tracefs = TracefsMount.Find();
        EventSet events = EventSet.Full.Existing(tracefs);
        using var instance = new TracefsInstance(tracefs, events, [new PinnedThread(thread.ThreadId, thread.Cpu)], BufferKilobytes);
        instance.Enable(events.Groups);
        thread.Invoke(() => runner.Run(guest, Exits, BenchmarkHost.PioOutExit));
        instance.Enable(EventGroups.None);
        var page = new byte[4096];
        long pages = 0;
        while (instance.Read(0, page)) pages++;
        return pages * page.Length / (double)Exits;
    }

    /// <summary>Swallows what is written and counts it.</summary>
    private sealed class CountingStream : Stream
    {
        private long length;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => length;

        public override long Position
        {
            get => length;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => length += buffer.Length;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

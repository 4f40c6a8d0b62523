using ExitProf.Traces;

namespace ExitProf.Tests.Parts;

/// <summary>The last minutes of a recording, and what makes a trace of them.</summary>
public sealed class FlightRecorderTests
{
    private static readonly string Trace = Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace");
    private static readonly RecordedTrace Whole = TracePartsTests.Read(Trace);

    /// <summary>The clock's value a time before the end of the recording.</summary>
    private static ulong BeforeEnd(TimeSpan time) =>
        Whole.Blocks[^1].EndTsc - (ulong)(time.TotalSeconds * Whole.TraceHeader!.Clock.Hertz);

    [Fact]
    public void The_end_of_a_recording_is_kept_and_what_was_deleted_is_counted()
    {
        using var folder = new TemporaryFolder();
        var kept = TimeSpan.FromSeconds(1);
        string[] written = Record(folder["web.nettrace"], kept, null, _ => { });
        Assert.Equal([folder["web.nettrace"]], written);
        Assert.Equal(["web.nettrace"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)!));
        RecordedTrace read = TracePartsTests.Read(written[0]);
        Assert.Equal(Whole.Exits.TakeLast(read.Exits.Count), read.Exits);
        Assert.True(read.Blocks[0].StartTsc <= BeforeEnd(kept), "less is kept than was asked for");
        Finding window = Assert.Single(read.Findings, f => f.Id == FindingKind.KeptWindow.Id);
        Assert.Equal(Whole.Exits.Count - read.Exits.Count, window.Count);
        Assert.True(window.Count > 0);
    }

    [Fact]
    public void A_recording_that_is_shorter_than_what_is_kept_is_whole()
    {
        using var folder = new TemporaryFolder();
        RecordedTrace read = TracePartsTests.Read(Record(folder["web.nettrace"], TimeSpan.FromHours(1), null, _ => { })[0]);
        Assert.Equal(Whole.Exits, read.Exits);
        Assert.Equal(Whole.Findings, read.Findings);
    }

    [Fact]
    public void A_request_makes_a_trace_of_what_is_kept_and_the_recording_goes_on()
    {
        using var folder = new TemporaryFolder();
        bool asked = false;
        string[] written = Record(folder["web.nettrace"], TimeSpan.FromSeconds(60), null, recorder =>
        {
            if (!asked) recorder.Request();
            asked = true;
        });
        Assert.Equal([folder["web-dump1.nettrace"], folder["web.nettrace"]], written);
        RecordedTrace[] both = [.. written.Select(TracePartsTests.Read)];
        Assert.Equal(Whole.Exits, both.SelectMany(r => r.Exits));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void A_slow_exit_makes_a_dump_that_has_it()
    {
        using var folder = new TemporaryFolder();
        // The longest of all exits makes the only dump.
        double hertz = Whole.TraceHeader!.Clock.Hertz;
        RecordedExit[] byTime = [.. Whole.Exits.OrderByDescending(e => e.Stamps[^1] - e.Stamps[0])];
        var limit = TimeSpan.FromSeconds((byTime[0].Stamps[^1] - byTime[0].Stamps[0] - 1) / hertz);
        string[] written = Record(folder["web.nettrace"], TimeSpan.FromSeconds(60), limit, _ => { });
        Assert.Equal(folder["web-dump1.nettrace"], written[0]);
        RecordedTrace dump = TracePartsTests.Read(written[0]);
        Assert.Contains(byTime[0], dump.Exits);
        Assert.Equal(1, Assert.Single(dump.Findings, f => f.Id == FindingKind.SlowExits.Id).Count);
    }

    [Fact]
    public void Exits_that_are_always_slow_do_not_keep_everything()
    {
        using var folder = new TemporaryFolder();
        string[] written = Record(folder["web.nettrace"], TimeSpan.FromMilliseconds(100), TimeSpan.FromMicroseconds(0.1), _ => { });
        Assert.InRange(written.Length, 2, 11);
        Finding slow = Assert.Single(TracePartsTests.Read(written[^1]).Findings, f => f.Id == FindingKind.SlowExits.Id);
        Assert.True(slow.Count > Whole.Exits.Count / 2);
    }

    [Fact]
    public void A_recorder_that_is_killed_leaves_parts_that_are_traces()
    {
        using var folder = new TemporaryFolder();
        var recorder = new FlightRecorder(new PartNames(folder["web.nettrace"]), TimeSpan.FromSeconds(60), null);
        using (recorder) TraceReader.Read(Trace, new WithoutEnd(recorder));
        Assert.Empty(recorder.Written);
        string[] parts = Files(folder);
        Assert.Equal(Whole.Exits, parts.SelectMany(p => TracePartsTests.Read(p).Exits));
        Assert.Contains(TracePartsTests.Read(parts[^1]).Findings, f => f.Id == FindingKind.TraceCut.Id);
    }

    [Fact]
    public void A_recording_that_fails_leaves_its_parts_but_for_those_that_nobody_can_read()
    {
        using var folder = new TemporaryFolder();
        var recorder = new FlightRecorder(new PartNames(folder["web.nettrace"]), TimeSpan.FromSeconds(2), null);
        string[] before;
        using (recorder)
        {
            TraceReader.Read(Trace, new WithoutEnd(recorder));
            before = Files(folder);
            // As on a full disk: the file is there, and nothing could be written to it.
            File.WriteAllBytes(before[0], []);
        }
        Assert.True(before.Length > 1);
        Assert.Equal(before[1..], Files(folder));
        Assert.Equal(before[1..], recorder.Left);
    }

    [Fact]
    public void Parts_that_cannot_be_joined_are_left()
    {
        using var folder = new TemporaryFolder();
        // A folder is where the trace is to be.
        Directory.CreateDirectory(folder["web.nettrace/full"]);
        var recorder = new FlightRecorder(new PartNames(folder["web.nettrace"]), TimeSpan.FromSeconds(60), null);
        TraceReader.Read(Trace, recorder);
        Assert.ThrowsAny<Exception>(recorder.Dispose);
        Assert.Empty(recorder.Written);
        Assert.Equal(Files(folder), recorder.Left);
        Assert.Equal(Whole.Exits, recorder.Left.SelectMany(p => TracePartsTests.Read(p).Exits));
    }

    private static string[] Files(TemporaryFolder folder) => [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];

    private static string[] Record(string path, TimeSpan kept, TimeSpan? limit, Action<FlightRecorder> atBlock)
    {
        var recorder = new FlightRecorder(new PartNames(path), kept, limit);
        using (recorder) TraceReader.Read(Trace, new AtBlock(recorder, atBlock));
        return [.. recorder.Written];
    }

    private sealed class AtBlock(FlightRecorder recorder, Action<FlightRecorder> atBlock) : ITraceSink
    {
        public void Header(TraceHeader header) => recorder.Header(header);

        public void Class(ExitClass exitClass) => recorder.Class(exitClass);

        public void Block(Block block)
        {
            if (block.Round == 2) atBlock(recorder);
            recorder.Block(block);
        }

        public void Exits(in ExitBatch batch) => recorder.Exits(batch);

        public void Finding(Finding finding) => recorder.Finding(finding);

        public void End(TraceTotals totals) => recorder.End(totals);
    }

    private sealed class WithoutEnd(FlightRecorder recorder) : ITraceSink
    {
        public void Header(TraceHeader header) => recorder.Header(header);

        public void Class(ExitClass exitClass) => recorder.Class(exitClass);

        public void Block(Block block) => recorder.Block(block);

        public void Exits(in ExitBatch batch) => recorder.Exits(batch);

        public void Finding(Finding finding) => recorder.Finding(finding);

        public void End(TraceTotals totals)
        {
        }
    }
}

using ExitProf.Traces;

namespace ExitProf.Tests.Parts;

/// <summary>What the file of a recording says when the recording does not come to its end.</summary>
public sealed class RecordingFileTests
{
    private static readonly string Trace = Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace");

    private readonly List<string> warned = [];

    [Fact]
    public void Kept_parts_of_a_recording_that_fails_are_named()
    {
        using var folder = new TemporaryFolder();
        Fail(new RecordingFile(new FileInfo(folder["web.nettrace"]), null, TimeSpan.FromMinutes(1), warned.Add)
        {
            Keep = TimeSpan.FromSeconds(2),
        });
        string[] parts = [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];
        Assert.True(parts.Length > 1);
        string warning = Assert.Single(warned);
        Assert.StartsWith($"what was recorded is in {parts.Length} parts, each a trace: {parts[0]}", warning);
        Assert.EndsWith($"{parts[^1]}.", warning);
        Assert.All(parts, p => Assert.NotEmpty(TracePartsTests.Read(p).Exits));
    }

    [Fact]
    public void Rotated_parts_of_a_recording_that_fails_are_named()
    {
        using var folder = new TemporaryFolder();
        Fail(new RecordingFile(new FileInfo(folder["web.nettrace"]), null, TimeSpan.FromMinutes(1), warned.Add)
        {
            Rotate = (null, TimeSpan.FromHours(1)),
        });
        Assert.Equal($"what was recorded is in a part, a trace: {folder["web-0001.nettrace"]}.", Assert.Single(warned));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_recording_that_ends_says_nothing(bool keeps)
    {
        using var folder = new TemporaryFolder();
        using (var file = new RecordingFile(new FileInfo(folder["web.nettrace"]), null, TimeSpan.FromMinutes(1), warned.Add)
        {
            Keep = keeps ? TimeSpan.FromSeconds(2) : null,
            Rotate = keeps ? null : (null, TimeSpan.FromSeconds(1)),
        }) TraceReader.Read(Trace, file);
        Assert.Empty(warned);
    }

    private static void Fail(RecordingFile file)
    {
        using (file) Assert.Throws<OperationCanceledException>(() => TraceReader.Read(Trace, new Failing(file)));
    }

    /// <summary>Fails where the trace would end.</summary>
    private sealed class Failing(ITraceSink sink) : ITraceSink
    {
        public void Header(TraceHeader header) => sink.Header(header);

        public void Class(ExitClass exitClass) => sink.Class(exitClass);

        public void Block(Block block) => sink.Block(block);

        public void Exits(in ExitBatch batch) => sink.Exits(batch);

        public void Finding(Finding finding) => sink.Finding(finding);

        public void End(TraceTotals totals) => throw new OperationCanceledException();
    }
}

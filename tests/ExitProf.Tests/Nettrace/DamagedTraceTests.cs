using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

public class DamagedTraceTests
{
    private static readonly SampleTrace Sample = SampleTrace.Ordinary();
    private static readonly byte[] Whole = Sample.Bytes();

    private const int PartCount = 4;

    /// <summary>Every byte is in one of four parts; the seed draws one of them, tests/fuzz.sh takes all.</summary>
    public static IEnumerable<TheoryDataRow<int>> Parts
    {
        get
        {
            const string SeedVariable = "EXITPROF_MUTATION_SEED";
            bool all = Environment.GetEnvironmentVariable("EXITPROF_FUZZ_SECONDS") is { Length: > 0 };
            int seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out int given) ? given : 1;
            return Enumerable.Range(0, PartCount).Select(part => new TheoryDataRow<int>(part)
            {
                Skip = all || part == seed % PartCount ? null : $"not the part that {SeedVariable}={seed} draws: tests/fuzz.sh takes all",
            });
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Cut_anywhere_it_reads_up_to_the_cut(int part)
    {
        int readable = 0;
        List<int> borders = BlockEnds(Whole);
        Assert.InRange(borders.Count, 10, 100);
        for (int length = part; length < Whole.Length; length += PartCount)
        {
            var read = new RecordedTrace();
            try
            {
                TraceReading reading = TraceReader.Read(new MemoryStream(Whole, 0, length), "cut", read);
                // Of a header that is cut within, what is whole is read, and that it lacks the rest is said.
                if (length < borders[4])
                {
                    Assert.Equal(["header-incomplete", "trace-cut"], reading.Findings.Select(f => f.Id));
                    continue;
                }
                Finding cut = Assert.Single(reading.Findings);
                Assert.Equal((Severity.DataLoss, "trace-cut"), (cut.Severity, cut.Id));
                Assert.Equal(length, reading.Bytes);
                Assert.Contains($"at byte {borders.Last(b => b <= length)};", cut.Text);
                readable++;
            }
            catch (TraceFormatException e)
            {
                // Magic, trace, thread and metadata block, then the block with the header.
                Assert.InRange(length, 0, borders[4] - 1);
                Assert.Null(read.TraceHeader);
                Assert.StartsWith("cut is ", e.Message);
                continue;
            }
            Assert.Equal(Sample.Header, read.TraceHeader);
            Assert.Equal(Sample.Exits.Take(read.Exits.Count), read.Exits);
            if (length < borders[^2]) Assert.Null(read.Totals);
        }
        Assert.Equal(Enumerable.Range(borders[4], Whole.Length - borders[4]).Count(l => l % PartCount == part), readable);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_flipped_byte_costs_the_event_it_is_in_and_no_more(int part)
    {
        // Behind the header's block, so that there is always something to read.
        int from = BlockEnds(Whole)[4];
        int harmless = 0;
        for (int at = from; at < Whole.Length; at++)
        {
            if (at % PartCount != part) continue;
            byte[] copy = [.. Whole];
            copy[at] ^= (byte)(1 << (at % 8));
            var read = new RecordedTrace();
            TraceReading reading = TraceReader.Read(new MemoryStream(copy), "flipped", read);
            if (reading.Findings.IsEmpty)
            {
                // Sequence and processor numbers and times of events serve other tools only.
                Sample.AssertSame(read);
                harmless++;
                continue;
            }
            Assert.Equal(reading.Findings, read.Findings.TakeLast(reading.Findings.Length));
            Assert.DoesNotContain(reading.Findings, f => f.Id == "reader-failed");
            if (read.Classes.Count < 2) continue;
            Assert.InRange(read.Exits.Count, Sample.Exits.Count - 40, Sample.Exits.Count);
            Assert.Empty(read.Exits.Except(Sample.Exits));
        }
        Assert.InRange(harmless, 0, 100);
    }

    [Fact]
    public void Damage_of_any_kind_gives_findings_or_a_sentence()
    {
        // A slice: tests/fuzz.sh reads as many as there is time for. EXITPROF_FUZZ_SECONDS and EXITPROF_FUZZ_SEED are its arguments.
        int seconds = int.TryParse(Environment.GetEnvironmentVariable("EXITPROF_FUZZ_SECONDS"), out int s) ? s : 0;
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EXITPROF_FUZZ_SEED"), out int first) ? first : 1;
        int cases = 0, refused = 0, found = 0, unharmed = 0, lostClasses = 0;
        var clock = Stopwatch.StartNew();
        long slowest = 0;
        while (seconds > 0 ? clock.Elapsed.TotalSeconds < seconds : cases < 600)
        {
            byte[] file = Damage(new Random(seed));
            long before = clock.ElapsedMilliseconds;
            try
            {
                var analysis = new TraceAnalysis();
                // The analyses count a batch that is damaged; the last sink throws.
                var sinks = new TeeSink(new TeeSink(analysis, new QuadAnalysis()), new RecordedTrace());
                TraceReading reading = TraceReader.Read(new MemoryStream(file), "damaged", sinks);
                TraceSummary summary = analysis.Summarise("damaged", reading.Bytes, []);
                if (summary.Findings.Any(f => f.Id == "lost-class")) lostClasses++;
                Assert.DoesNotContain(reading.Findings, f => f.Id == "reader-failed");
                Assert.Equal(file.Length, reading.Bytes);
                if (reading.Findings.IsEmpty) unharmed++;
                else found++;
            }
            catch (TraceFormatException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
            slowest = Math.Max(slowest, clock.ElapsedMilliseconds - before);
            seed++;
            cases++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{cases} damaged files in {clock.Elapsed.TotalSeconds:f0} s: {found} read with findings, {refused} refused, {unharmed} unharmed, slowest {slowest} ms"
        );
        // The generator is worth something only if damage is seen both behind the header and in it.
        Assert.InRange(found, cases / 4, cases);
        Assert.InRange(refused, cases / 100, cases);
        Assert.InRange(lostClasses, cases / 100, cases);
    }

    [Fact]
    public void A_lost_class_costs_its_own_exits_where_they_stand_in_columns()
    {
        for (int lost = 0; lost < Sample.Classes.Count; lost++)
        {
            byte[] copy = [.. Whole];
            LoseClass(copy, Sample.Classes[lost]);
            var analysis = new TraceAnalysis();
            var read = new RecordedTrace();
            TraceReading reading = TraceReader.Read(
                new MemoryStream(copy),
                "lost",
                new TeeSink(new TeeSink(analysis, new QuadAnalysis()), read)
            );
            Assert.Equal(["payload-crc", "batch-damaged", "count-mismatch"], reading.Findings.Select(f => f.Id));
            // Of each block one batch.
            RecordedExit[] kept =
            [
                .. Sample.Blocks.SelectMany(b => Sample.Exits.Where(e => e.Block == b.Index).TakeWhile(e => e.Class != lost)),
            ];
            Assert.Equal(kept, read.Exits);
            TraceSummary summary = analysis.Summarise("lost", reading.Bytes, []);
            Finding finding = Assert.Single(summary.Findings, f => f.Id == "lost-class");
            // A batch says of each class how many exits and stamps it has: the others are found without it.
            RecordedExit[] used = [.. Sample.Blocks.SelectMany(b => Sample.Exits.Where(e => e.Block == b.Index).Skip(b.WarmUp))];
            Assert.Equal((Severity.DataLoss, (long)used.Count(e => e.Class == lost)), (finding.Severity, finding.Count));
            Assert.Equal(used.Count(e => e.Class != lost), summary.Traced.Exits);
            Assert.DoesNotContain(summary.Findings, f => f.Id == "damaged-batch");
        }
    }

    [Theory]
    [InlineData("", "is not a trace")]
    [InlineData("Nettr", "is not a trace")]
    [InlineData("exit,cycles\n1,66000\n", "is not a trace")]
    [InlineData("\u007fELF\u0002\u0001\u0001\0\0\0\0\0\0\0\0\0\u0003\0>\0\u0001\0\0\0", "is not a trace")]
    [InlineData("PERFILE2\0\0\0\0\0\0\0\0\0\0\0\0", "is a recording of perf")]
    [InlineData("Nettrace\u0014\0\0\0!FastSerialization.1", "version 5 or older")]
    [InlineData("Nettrace\0\0\0\0\u0007\0\0\0\0\0\0\0", "version 7")]
    [InlineData("Nettrace\0\0\0\0\u0006\0\0\0\0\0\0\0", "cut or damaged")]
    public void Other_files_are_refused_with_a_sentence(string beginning, string why)
    {
        var refused = Assert.Throws<TraceFormatException>(() =>
            TraceReader.Read(new MemoryStream(Encoding.Latin1.GetBytes(beginning)), "file.x", new RecordedTrace())
        );
        Assert.StartsWith("file.x ", refused.Message);
        Assert.Contains(why, refused.Message);
        Assert.EndsWith(".", refused.Message);
    }

    [Fact]
    public void A_compressed_trace_is_refused()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Whole);
        packed.Position = 0;
        Assert.Throws<TraceFormatException>(() => TraceReader.Read(packed, "trace.gz", new RecordedTrace()));
    }

    [Fact]
    public void A_newer_version_is_refused_and_says_so()
    {
        byte[] copy = [.. Whole];
        int at = Find(copy, "ExitProf.FormatVersion");
        Assert.Equal((byte)'2', copy[at + 1]);
        copy[at + 1] = (byte)'3';
        var refused = Assert.Throws<TraceFormatException>(() =>
            TraceReader.Read(new MemoryStream(copy), "new.nettrace", new RecordedTrace())
        );
        Assert.Equal(
            "new.nettrace was written by a newer ExitProf (trace format 3, this one reads up to 2): update exitprof.",
            refused.Message
        );

        copy[at] ^= 0xff;
        Assert.Throws<TraceFormatException>(() => TraceReader.Read(new MemoryStream(copy), "odd.nettrace", new RecordedTrace()));
        copy = [.. Whole];
        copy[Find(copy, "ExitProf.FormatVersion") - 2] = (byte)'N';
        refused = Assert.Throws<TraceFormatException>(() => TraceReader.Read(new MemoryStream(copy), "app.nettrace", new RecordedTrace()));
        Assert.Contains("another tool", refused.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_or_a_folder_passes_the_systems_exception_on()
    {
        Assert.Throws<FileNotFoundException>(() =>
            TraceReader.Read(Path.Combine(Path.GetTempPath(), "no such trace"), new RecordedTrace())
        );
        Assert.Throws<UnauthorizedAccessException>(() => TraceReader.Read(Path.GetTempPath(), new RecordedTrace()));
    }

    [Fact]
    public void Data_behind_the_end_are_counted()
    {
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream([.. Whole, .. new byte[300_000]]), "long", read);
        Finding finding = Assert.Single(reading.Findings);
        Assert.Equal("trailing-data", finding.Id);
        Assert.Contains("300000 bytes", finding.Text);
        Assert.Equal(Whole.Length + 300_000, reading.Bytes);
        Assert.Equal(Sample.Exits, read.Exits);
        Assert.NotNull(read.Totals);
    }

    [Fact]
    public void What_the_sink_throws_passes_through()
    {
        Assert.Throws<NotSupportedException>(() =>
            TraceReader.Read(new MemoryStream(Whole), "trace", new Refusing(new NotSupportedException()))
        );
        Assert.Throws<FormatException>(() => TraceReader.Read(new MemoryStream(Whole), "trace", new Refusing(new FormatException())));
    }

    /// <summary>Flips, overwrites, cuts, doubles, removes or exchanges pieces of a file, or takes a class away.</summary>
    private static byte[] Damage(Random random)
    {
        SampleTrace sample = random.Next(4) == 0 ? SampleTrace.Random(random.Next()) : Sample;
        byte[] file = sample.Bytes();
        bool lost = random.Next(4) == 0;
        if (lost) LoseClass(file, sample.Classes[random.Next(sample.Classes.Count)]);
        var bytes = new List<byte>(file);
        for (int times = random.Next(lost ? 0 : 1, 4); times > 0; times--)
        {
            // Half of the damage goes to the structure, which is a small part of the file.
            List<int> borders = BlockEnds(file);
            int at =
                random.Next(2) == 0
                    ? random.Next(bytes.Count)
                    : Math.Min(borders[random.Next(borders.Count)] + random.Next(40), bytes.Count - 1);
            int length = Math.Min(random.Next(1, random.Next(2) == 0 ? 8 : 500), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    for (int i = 0; i < length; i++) bytes[at + i] = (byte)random.Next(256);
                    break;
                case 4:
                    for (int i = 0; i < length; i++) bytes[at + i] = 0;
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
            if (bytes.Count == 0) break;
        }
        return [.. bytes];
    }

    /// <summary>Flips a bit of a class in a whole file, so that its checksum is wrong.</summary>
    internal static void LoseClass(byte[] file, ExitClass lost)
    {
        byte[] stamps = [(byte)lost.Signature.Length, (byte)(lost.Signature.Length >> 8), .. lost.Signature.Select(s => (byte)s)];
        int from = BlockEnds(file)[4], at = file.AsSpan(from).IndexOf(stamps);
        Assert.InRange(at, 0, file.Length);
        file[from + at + stamps.Length - 1] ^= 0x40;
    }

    /// <summary>Offsets behind the magic and behind each block.</summary>
    internal static List<int> BlockEnds(byte[] file)
    {
        var ends = new List<int> { 20 };
        while (ends[^1] < file.Length) ends.Add(ends[^1] + 4 + (BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(ends[^1])) & 0xffffff));
        Assert.Equal(file.Length, ends[^1]);
        return ends;
    }

    private static int Find(byte[] file, string text) => file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) + text.Length;

    private sealed class Refusing(Exception exception) : ITraceSink
    {
        public void Header(TraceHeader header)
        {
        }

        public void Class(ExitClass exitClass)
        {
        }

        public void Block(Block block) => throw exception;

        public void Exits(in ExitBatch batch)
        {
        }

        public void Finding(Finding finding)
        {
        }

        public void End(TraceTotals totals)
        {
        }
    }
}

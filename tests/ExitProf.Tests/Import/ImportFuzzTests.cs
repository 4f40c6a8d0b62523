using System.Diagnostics;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>
/// Broken recordings of each kind: whatever a file contains, an import ends, with a trace and findings or one sentence, in memory that its
/// size bounds. A slice of them runs here; tests/fuzz-import.sh asks for more.
/// </summary>
public sealed class ImportFuzzTests
{
    private const int FilesInCi = 500;
    private const long MaxBytes = 64 << 20;

    /// <summary>A kind's files, whole, with where the events begin in each.</summary>
    private static (byte[] File, int From)[] Samples(string kind, Random random)
    {
        switch (kind)
        {
            case "text":
                return [.. Directory.GetFiles(ImportedText.Folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    .Select(f => (File.ReadAllBytes(f), 0))];
            case "perf.data":
                return [.. PerfFiles(random)];
            case "xentrace":
                return [(XentraceTests.Sample().ToArray(), 12), (XentraceTests.Sample(svm: true).ToArray(), 12)];
            default:
                return [.. TraceDatTests.Forms().Select(f => TraceDat(f.Data.Item1, f.Data.Item2, random))];
        }
    }

    /// <summary>What is packed is damaged before it is packed, or the damage would end in the unpacking.</summary>
    private static IEnumerable<(byte[] File, int From)> PerfFiles(Random random)
    {
        foreach (bool bigEndian in (bool[])[false, true])
        {
            PerfDataBuilder file = PerfDataTests.Sample(bigEndian);
            yield return (file.InFile(), PerfDataBuilder.HeaderBytes);
            yield return (file.InPipe(), 16);
            yield return (file.Compressed(padded: bigEndian, 2, b => Mutation.Of([b], random)).InFile(), PerfDataBuilder.HeaderBytes);
        }
    }

    private static (byte[] File, int From) TraceDat(string form, bool bigEndian, Random random)
    {
        TraceDatBuilder builder = TraceDatTests.Sample(bigEndian);
        if (form != "6" && random.Next(2) == 0) builder.Damage = b => Mutation.Of([b], random);
        byte[] file = TraceDatTests.Form(builder, form);
        // Version 6 has its pages at its end, behind the formats.
        return (file, form == "6" ? file.Length * 2 / 3 : 64);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("perf.data")]
    [InlineData("trace.dat")]
    [InlineData("xentrace")]
    public void A_broken_recording_ends_in_a_trace_or_a_sentence(string kind)
    {
        bool asked = int.TryParse(Environment.GetEnvironmentVariable("EXITPROF_FUZZ_FILES"), out int files);
        if (!asked) files = FilesInCi;
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EXITPROF_FUZZ_SEED"), out int given) ? given : 1;
        var clock = Stopwatch.StartNew();
        using Timer? watchdog = asked ? Watch(kind, () => seed) : null;
        long records = 0, exits = 0, refused = 0, most = 0, behind = 0;
        (byte[] File, int From)[] samples = [];
        for (int i = 0; i < files; i++, seed++)
        {
            var random = new Random(seed);
            // Making the files takes longer than breaking them.
            if (i % 50 == 0) samples = Samples(kind, random);
            (byte[] sample, int from) = samples[random.Next(samples.Length)];
            byte[] file = Mutation.Of([sample, samples[random.Next(samples.Length)].File], random, from, out bool past);
            if (past) behind++;
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ImportReading reading = TraceImport.Read(new MemoryStream(file), "mutated", new RecordedTrace());
                records += reading.Records;
                exits += reading.Exits;
            }
            catch (TraceFormatException)
            {
                // The damage was to what tells the kind: it is refused as a whole, with a sentence.
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{kind}, seed {seed}: {e.Message}", e);
            }
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes <= MaxBytes + 2L * file.Length, $"{kind}, seed {seed}: {bytes:N0} bytes for a file of {file.Length:N0}");
            most = Math.Max(most, bytes);
        }
        TestContext.Current.SendDiagnosticMessage($"{kind}: {files:N0} mutated files, {behind:N0} of them behind the header, {refused:N0} "
            + $"refused; {records:N0} records and {exits:N0} exits reached; at most {most / 1e6:N1} MB allocated for one; "
            + $"{clock.Elapsed.TotalSeconds:N0} s.");
        // Most of the damage must lie behind what tells the format, or nothing is tested.
        Assert.True(2 * behind >= files, $"{behind} of {files} behind the header");
        Assert.True(records > files, $"{records} records in {files} files");
    }

    /// <summary>Where somebody asked for many files, one that takes a minute ends the process with its seed.</summary>
    private static Timer Watch(string kind, Func<int> seed)
    {
        int last = -1;
        return new Timer(
            _ =>
            {
                int now = seed();
                if (now == last) Environment.FailFast($"{kind}, seed {now}: an import does not end.");
                last = now;
            },
            null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }
}

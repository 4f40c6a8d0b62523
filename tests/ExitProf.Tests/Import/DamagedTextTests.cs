using System.Diagnostics;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>What an import makes of files that are broken on purpose: whatever a file contains, it returns.</summary>
public sealed class DamagedTextTests
{
    /// <summary>In CI; tests/fuzz-import.sh goes on for as long as it is asked to.</summary>
    private const int Files = 400;

    [Fact]
    public void Damage_of_any_kind_to_event_text_ends_in_a_trace_and_findings()
    {
        int seconds = int.TryParse(Environment.GetEnvironmentVariable("EXITPROF_FUZZ_SECONDS"), out int given) ? given : 0;
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EXITPROF_FUZZ_SEED"), out given) ? given : 1;
        byte[][] samples = [.. Directory.GetFiles(ImportedText.Folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
        var clock = Stopwatch.StartNew();
        long files = 0, records = 0, exits = 0;
        for (; files < Files || clock.Elapsed.TotalSeconds < seconds; seed++, files++)
        {
            byte[] text = Mutation.Of(samples, new Random(seed));
            try
            {
                ImportReading reading = TraceImport.Read(new MemoryStream(text), "mutated", new RecordedTrace());
                records += reading.Records;
                exits += reading.Exits;
            }
            catch (TraceFormatException)
            {
                // The damage was to what tells a text: it is refused as a whole, with a sentence.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
        TestContext.Current.SendDiagnosticMessage($"{files:N0} mutated texts, {records:N0} events and {exits:N0} exits reached.");
        // Most of the damage must lie behind what tells the format, or nothing is tested.
        Assert.True(records > files, $"{records} events in {files} files");
    }

    [Fact]
    public void A_text_cut_anywhere_gives_what_comes_before()
    {
        byte[] text = File.ReadAllBytes(Path.Combine(ImportedText.Folder, "ftrace_text", "01_userspace_pio_hlt_intel_2018.ftrace.txt"));
        int whole = ImportedText.Of(text).Exits.Count;
        int before = 0;
        for (int length = 40; length <= text.Length; length++)
        {
            int exits = ImportedText.Of(text[..length]).Exits.Count;
            Assert.InRange(exits, before, whole);
            before = exits;
        }
        Assert.Equal(whole, before);
    }

    [Fact]
    public void A_file_of_no_known_kind_is_refused_with_its_first_bytes()
    {
        var refused = Assert.Throws<TraceFormatException>(() => ImportedText.Of([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]));
        Assert.Contains("begins with 1f 8b 08 00 00 00 00 00, as a gzip archive", refused.Message);
        Assert.Contains("is empty", Assert.Throws<TraceFormatException>(() => ImportedText.Of([])).Message);
    }
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Parts;

/// <summary>A recording in several files: each is a trace, and together they are the recording.</summary>
public sealed class TracePartsTests
{
    private static readonly string Trace = Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace");

    [Fact]
    public void Parts_are_traces_by_themselves_and_hold_together_what_the_whole_holds()
    {
        RecordedTrace whole = Read(Trace);
        using var folder = new TemporaryFolder();
        var names = new PartNames(folder["web.nettrace"]);
        TracePart[] parts = Divide(Trace, new TraceParts(names) { MostBytes = 150_000 });
        Assert.InRange(parts.Length, 3, 100);
        var exits = new List<RecordedExit>();
        for (int i = 0; i < parts.Length; i++)
        {
            Assert.Equal(names.Part(i + 1), parts[i].Path);
            RecordedTrace part = Read(parts[i].Path);
            Assert.Equal(parts[i].Exits, part.Exits.Count);
            Assert.Equal(part.Exits.Count, part.Totals!.Exits);
            Assert.DoesNotContain(part.Findings, f => f.Severity == Severity.DataLoss && !whole.Findings.Contains(f));
            Assert.StartsWith($"{i + 1} of the recording", part.TraceHeader!.Host.Single(f => f.Name == TraceParts.FactName).Value);
            Assert.NotEmpty(TraceFiles.Summarise(parts[i].Path).Configurations);
            exits.AddRange(part.Exits);
        }
        Assert.Equal(whole.Exits, exits);
    }

    [Fact]
    public void A_round_is_in_one_part()
    {
        using var folder = new TemporaryFolder();
        TracePart[] parts = Divide(Trace, new TraceParts(new PartNames(folder["web.nettrace"])) { MostBytes = 1 });
        int[] rounds = [.. parts.SelectMany(p => Read(p.Path).Blocks.Where(b => !b.Calibration).Select(b => b.Round).Distinct())];
        Assert.Equal(rounds.Distinct(), rounds);
    }

    [Fact]
    public void Parts_that_are_joined_are_the_recording_again()
    {
        RecordedTrace whole = Read(Trace);
        using var folder = new TemporaryFolder();
        TracePart[] parts = Divide(Trace, new TraceParts(new PartNames(folder["web.nettrace"])) { MostTime = TimeSpan.FromSeconds(1) });
        Assert.True(parts.Length > 1);
        JoinedTrace.Write(parts, folder["joined.nettrace"], "all", []);
        RecordedTrace joined = Read(folder["joined.nettrace"]);
        Assert.Equal(whole.Classes, joined.Classes);
        Assert.Equal(whole.Blocks, joined.Blocks);
        Assert.Equal(whole.Exits, joined.Exits);
        Assert.Equal(whole.Findings, joined.Findings);
        TraceHeader header = whole.TraceHeader!;
        Assert.Equal(header with { Host = [.. header.Host, new Fact(TraceParts.FactName, "all")] }, joined.TraceHeader);
    }

    [Fact]
    public void What_an_earlier_recording_of_the_name_left_is_kept_and_not_mixed_in()
    {
        using var folder = new TemporaryFolder();
        string[] older = ["web-0001.nettrace", "web-0017.nettrace", "web-dump1.nettrace", "web-dump2-0001.nettrace", "web.nettrace"];
        string[] others = ["web-b.nettrace", "web-0001.txt", "webs-0001.nettrace", "web-001.nettrace"];
        foreach (string name in older.Concat(others)) File.WriteAllText(folder[name], name);
        new PartNames(folder["web.nettrace"]).KeepOlder();
        Assert.All(older, n => Assert.False(File.Exists(folder[n])));
        Assert.All(older, n => Assert.Equal(n, File.ReadAllText(folder[n + ".old"])));
        Assert.All(others, n => Assert.Equal(n, File.ReadAllText(folder[n])));
    }

    internal static TracePart[] Divide(string path, TraceParts parts)
    {
        using (parts) TraceReader.Read(path, parts);
        return [.. parts.Finished];
    }

    internal static RecordedTrace Read(string path)
    {
        var read = new RecordedTrace();
        TraceReader.Read(path, read);
        return read;
    }
}

using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>Says where two recordings that ought to be the same to the byte part.</summary>
internal static class TraceDifference
{
    private const int Shown = 5;

    /// <param name="said">What the host said while it recorded them: whether a machine was restored or booted.</param>
    public static string Of(byte[] first, byte[] second, IEnumerable<string> said)
    {
        (RecordedTrace one, RecordedTrace two) = (Read(first), Read(second));
        var lines = new List<string>
        {
            $"{one.Exits.Count} and {two.Exits.Count} exits in {one.Blocks.Count} and {two.Blocks.Count} blocks, "
                + $"{one.Classes.Count} and {two.Classes.Count} classes; begun at {one.TraceHeader!.StartUtc:O} and {two.TraceHeader!.StartUtc:O}",
        };
        (RecordedExit First, RecordedExit Second)[] other = [.. one.Exits.Zip(two.Exits).Where(p => !p.First.Equals(p.Second))];
        lines.Add($"{other.Length} exits differ");
        lines.AddRange(other.Take(Shown).Select(p => $"block {p.First.Block}, class {p.First.Class}: {Steps(p.First)}; "
            + $"block {p.Second.Block}, class {p.Second.Class}: {Steps(p.Second)}"));
        lines.AddRange(one.Findings.Zip(two.Findings).Where(p => p.First != p.Second).Select(p => $"{p.First.Text}; {p.Second.Text}"));
        return string.Join('\n', lines.Concat(said));
    }

    private static RecordedTrace Read(byte[] bytes)
    {
        var trace = new RecordedTrace();
        TraceReader.Read(new MemoryStream(bytes), "recording", trace);
        return trace;
    }

    private static string Steps(RecordedExit exit) =>
        $"at {exit.Stamps[0]} {string.Join(' ', exit.Stamps.Zip(exit.Stamps.Skip(1), (a, b) => b - a))}";
}

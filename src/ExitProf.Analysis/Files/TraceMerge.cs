using System.Collections.Immutable;
using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Puts traces of many hosts together by what those have in common: a table of a kernel or a CPU is of the exits of all its traces. Only
/// sums are added, so that a trace whose summary is kept is not read.
/// </summary>
public static class TraceMerge
{
    /// <summary>What traces can be put together by.</summary>
    public static ImmutableArray<string> Keys { get; } = ["host", "kernel", "cpu"];

    /// <summary>Facts of a host that differ from one recording to the next.</summary>
    private static readonly string[] OfRecording = ["vcpu thread", "exitprof"];

    /// <param name="by">One of <see cref="Keys"/>: hosts are the same if all that is known of them is.</param>
    /// <param name="analyse">Reads a trace, or its summary; several threads call it at once.</param>
    /// <returns>A summary of each group of traces with the same scenario, configurations, clock and key, in the order in which they
    /// come.</returns>
    /// <exception cref="InputException">A trace has more than sums.</exception>
    internal static TraceSummary[] Summarise(
        IReadOnlyList<string> paths, string by, Func<string, (TraceAnalysis Analysis, long Bytes)> analyse)
    {
        var groups = new Dictionary<string, Group>();
        foreach ((string path, (TraceAnalysis analysis, long bytes)) in paths.Zip(TraceFiles.InOrder(paths, analyse)))
        {
            if (!analysis.CanBeJoined)
            {
                throw new InputException(
                    $"{Path.GetFileName(path)} cannot be merged: traces of foreign machines, of ab, of several origins and with counted functions have more than sums. Leave it out."
                );
            }
            string key = KeyOf(analysis.TraceHeader, by);
            if (groups.TryGetValue(key, out Group? group))
            {
                group.Analysis.Join(analysis);
                group.Traces++;
                group.Bytes += bytes;
            }
            else groups.Add(key, new Group(analysis, ValueOf(analysis.TraceHeader, by)) { Traces = 1, Bytes = bytes });
        }
        return [.. groups.Values.Select(g => g.Analysis.Summarise($"{g.Traces} traces of {by} {g.Value}", g.Bytes, []))];
    }

    private static string KeyOf(TraceHeader header, string by)
    {
        // The rate of one CPU's clock is measured again at each boot, and differs in the sixth digit.
        string hertz = header.Clock.Hertz.ToString("E2", CultureInfo.InvariantCulture);
        IEnumerable<string> parts =
        [
            header.Scenario, header.Backend.Name(), header.GuestMode, $"{header.Native}", $"{(int)header.Groups}", header.Clock.Word,
            $"{header.Clock.Grain}", hertz, ValueOf(header, by),
            .. by == "host" ? header.Host.Where(f => !OfRecording.Contains(f.Name)).Select(f => $"{f.Name}={f.Value}") : [],
            .. header.Configurations.Select(c => $"{c.Name}: {string.Join(' ', c.Settings.Select(s => $"{s.Name}={s.Value}"))}"),
        ];
        return string.Join('\0', parts);
    }

    private static string ValueOf(TraceHeader header, string by) =>
        by == "host" ? $"{Fact(header, "cpu")}, {Fact(header, "kernel")}" : Fact(header, by);

    private static string Fact(TraceHeader header, string name) =>
        header.Host.FirstOrDefault(f => f.Name == name)?.Value is { Length: > 0 } value ? value : "unknown";

    private sealed class Group(TraceAnalysis analysis, string value)
    {
        public TraceAnalysis Analysis => analysis;

        public string Value => value;

        public int Traces { get; set; }

        public long Bytes { get; set; }
    }
}

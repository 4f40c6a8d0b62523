using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>Records both sides of a comparison in emulated hosts and compares them to the instruction.</summary>
/// <param name="first">The boots of the base.</param>
/// <param name="second">The boots of the new side.</param>
/// <param name="functions">Whether instructions are counted by function, too.</param>
internal sealed class HostComparison(IReadOnlyList<EmulatedHost> first, IReadOnlyList<EmulatedHost> second, bool functions)
{
    /// <param name="trace">Names the traces: NAME-a.nettrace and NAME-b.nettrace, with NAME-a-2.nettrace for a second boot.</param>
    public ComparisonSummary Run(Gate gate, SweepOptions a, SweepOptions b, FileInfo trace, CommandConsole console)
    {
        SayCost(console);
        string[] old = [.. Record(first, a, trace, "a", console)], changed = [.. Record(second, b, trace, "b", console)];
        ComparisonSummary comparison = TraceFiles.CompareExactly(gate, old, changed);
        return comparison with { Trace = string.Join(' ', old.Concat(changed).Select(ReportFiles.Shown)) };
    }

    private void SayCost(CommandConsole console)
    {
        EmulatedHost[] all = [.. first.Concat(second).Distinct()];
        int missing = all.Length > 2 ? all.Count(h => !h.IsKept) : 0;
        if (missing > 0) console.Note($"exitprof: {first.Count} boots a side, of which {missing} are to be made: about "
            + $"{missing * 25.0:0} s of CPU time and {missing * 0.3:0.0} GB on disk, once (--boots 1 compares single boots)");
    }

    private IEnumerable<string> Record(
        IReadOnlyList<EmulatedHost> hosts, SweepOptions options, FileInfo trace, string side, CommandConsole console)
    {
        foreach ((int i, EmulatedHost host) in hosts.Index())
        {
            string name = $"{Path.GetFileNameWithoutExtension(trace.Name)}-{side}{(i == 0 ? "" : $"-{i + 1}")}.nettrace";
            var file = new FileInfo(Path.Combine(trace.DirectoryName ?? ".", name));
            HostRecording.Record(host, options, file, console, functions && i == 0);
            yield return file.FullName;
        }
    }
}

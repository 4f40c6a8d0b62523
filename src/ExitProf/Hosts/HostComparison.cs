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
        bool oneMachine = !functions && first.Concat(second).Distinct().Count() == 1;
        (string[] old, string[] changed) = oneMachine ? RecordBoth(a, b, trace, console)
            : ([.. Record(first, a, trace, "a", console)], [.. Record(second, b, trace, "b", console)]);
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

    /// <summary>Both sides in the same machine: where it is booted for its commands, once.</summary>
    private (string[] Old, string[] Changed) RecordBoth(SweepOptions a, SweepOptions b, FileInfo trace, CommandConsole console)
    {
        EmulatedHost host = first[0];
        FileInfo[] files = [File(trace, "a", 0), File(trace, "b", 0)];
        var progress = new ProgressLine(console);
        int done = 0;
        try
        {
            host.RunAll(
                [HostRecording.Command(host, a), HostRecording.Command(host, b)],
                p => progress.Report(new RecordingProgress((done + p.Share) / files.Length, p.Doing, p.Exits)),
                result => HostRecording.Save(host, result, files[done++]));
        }
        finally
        {
            progress.Clear();
        }
        return ([files[0].FullName], [files[1].FullName]);
    }

    private static FileInfo File(FileInfo trace, string side, int boot)
    {
        string name = $"{Path.GetFileNameWithoutExtension(trace.Name)}-{side}{(boot == 0 ? "" : $"-{boot + 1}")}.nettrace";
        return new FileInfo(Path.Combine(trace.DirectoryName ?? ".", name));
    }

    private IEnumerable<string> Record(
        IReadOnlyList<EmulatedHost> hosts, SweepOptions options, FileInfo trace, string side, CommandConsole console)
    {
        foreach ((int i, EmulatedHost host) in hosts.Index())
        {
            FileInfo file = File(trace, side, i);
            HostRecording.Record(host, options, file, console, functions && i == 0);
            yield return file.FullName;
        }
    }
}

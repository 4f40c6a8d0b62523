using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>Records both sides of a comparison in emulated hosts and compares them to the instruction.</summary>
/// <param name="functions">Whether instructions are counted by function, too.</param>
internal sealed class HostComparison(EmulatedHost first, EmulatedHost second, bool functions)
{
    /// <param name="trace">Names the two traces: NAME-a.nettrace and NAME-b.nettrace.</param>
    public ComparisonSummary Run(Gate gate, SweepOptions a, SweepOptions b, FileInfo trace, CommandConsole console)
    {
        FileInfo fileA = Side(trace, "a"), fileB = Side(trace, "b");
        HostRecording.Record(first, a, fileA, console, functions);
        HostRecording.Record(second, b, fileB, console, functions);
        ComparisonSummary comparison = ExactComparison.Of(gate, fileA.FullName, fileB.FullName);
        return comparison with { Trace = $"{ReportFiles.Shown(fileA.FullName)} {ReportFiles.Shown(fileB.FullName)}" };
    }

    private static FileInfo Side(FileInfo trace, string side) =>
        new(Path.Combine(trace.DirectoryName ?? ".", $"{Path.GetFileNameWithoutExtension(trace.Name)}-{side}.nettrace"));
}

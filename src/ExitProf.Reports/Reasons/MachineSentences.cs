using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// The table of virtual machines and their vCPUs: how many exits a second, what share of a CPU they take, and what was halted.
/// </summary>
internal static class MachineSentences
{
    public static readonly string[] Columns = ["exits", "per second", "in exits", "of a CPU", "of that off CPU", "in halts"];

    public static string Caption(TraceSummary trace) => $"Exits by virtual machine and vCPU, in {trace.Header.Clock.Symbol}; of a CPU: the "
        + "time in exits other than halts, as a share of the time that was recorded";

    /// <summary>None where the recording does not say which process a thread belongs to.</summary>
    public static IEnumerable<(string Name, bool IsVcpu, IReadOnlyList<string> Cells)> Rows(TraceSummary trace, ReasonTable table)
    {
        foreach (MachineFigures machine in MachineFigures.Of(table).Where(m => m.Process != VcpuIdentity.Unknown))
        {
            yield return (Name(trace.Header, machine.Process), false,
                Cells(machine.Count, machine.ExitTime, machine.OffCpu, machine.HaltTime));
            foreach (VcpuFigures v in machine.Vcpus)
                yield return (ReasonSentences.VcpuName(v.Thread), true, Cells(v.Count, v.ExitTime, v.OffCpu, v.HaltTime));
        }

        IReadOnlyList<string> Cells(long count, double exits, double off, double halts) =>
        [
            $"{count:N0}",
            trace.Header.Clock.Hertz > 0 && table.Span > 0 ? Figures.Cycles(count / (table.Span / trace.Header.Clock.Hertz)) : "",
            Figures.Cycles(exits),
            table.Span > 0 ? Figures.Share(exits / table.Span) : "",
            off > 0 && exits > 0 ? Figures.Share(off / exits) : "",
            halts > 0 ? Figures.Cycles(halts) : "",
        ];
    }

    /// <summary>What its VMM was told to call it, where the recorder asked.</summary>
    public static string Name(TraceHeader header, long process)
    {
        string fact = AttachedMachine.FactName(process);
        string? said = header.Host.FirstOrDefault(f => f.Name == fact)?.Value;
        string number = process.ToString(CultureInfo.InvariantCulture);
        return said is null ? $"process {number}" : $"{VisibleText.Of(said)} (process {number})";
    }
}

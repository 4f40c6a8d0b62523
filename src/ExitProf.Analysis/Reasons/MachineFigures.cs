using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What the exits of one vCPU come to, halts apart from the others.</summary>
/// <param name="ExitTime">Ticks in exits other than halts.</param>
/// <param name="OffCpu">Of them, while the scheduler had given the CPU to others.</param>
/// <param name="HaltTime">Ticks in halts.</param>
public sealed record VcpuFigures(VcpuIdentity Thread, long Count, double ExitTime, double OffCpu, double HaltTime);

/// <summary>The vCPUs of one virtual machine, which is its process.</summary>
/// <param name="Process"><see cref="VcpuIdentity.Unknown"/> for all threads of which the recording does not say it.</param>
public sealed record MachineFigures(long Process, ImmutableArray<VcpuFigures> Vcpus)
{
    public long Count => Vcpus.Sum(v => v.Count);
    public double ExitTime => Vcpus.Sum(v => v.ExitTime);
    public double OffCpu => Vcpus.Sum(v => v.OffCpu);
    public double HaltTime => Vcpus.Sum(v => v.HaltTime);

    /// <summary>By machine, the one with the most time in exits first.</summary>
    public static ImmutableArray<MachineFigures> Of(ReasonTable table)
    {
        var vcpus = new Dictionary<int, VcpuFigures>();
        var threads = table.Threads.ToDictionary(t => t.Index);
        foreach (ReasonRow row in table.Rows)
        {
            foreach (ReasonVcpu vcpu in row.Vcpus)
            {
                VcpuFigures known = vcpus.GetValueOrDefault(vcpu.Index) ?? new VcpuFigures(
                    threads.GetValueOrDefault(vcpu.Index)
                        ?? new VcpuIdentity(vcpu.Index, vcpu.Tid, vcpu.Vcpu, VcpuIdentity.Unknown, ""), 0, 0, 0, 0);
                vcpus[vcpu.Index] = row.IsHalt
                    ? known with { Count = known.Count + vcpu.Figures.Count, HaltTime = known.HaltTime + vcpu.Figures.Total }
                    : known with
                    {
                        Count = known.Count + vcpu.Figures.Count,
                        ExitTime = known.ExitTime + vcpu.Figures.Total,
                        OffCpu = known.OffCpu + vcpu.Figures.OffCpu,
                    };
            }
        }
        return
        [
            .. vcpus.Values.GroupBy(v => v.Thread.Process)
                .Select(g => new MachineFigures(g.Key, [.. g.OrderBy(v => v.Thread.Vcpu).ThenBy(v => v.Thread.Index)]))
                .OrderByDescending(m => m.ExitTime).ThenBy(m => m.Process),
        ];
    }
}

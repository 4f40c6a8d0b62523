using System.Collections.Immutable;
using ExitProf.Charts;

namespace ExitProf.Testing;

/// <summary>Charts of parts of a whole, with figures like those of recorded traces.</summary>
public static class SampleTrees
{
    public static ReasonBars Reasons() => new(
        "guest: exit reasons by share of time",
        "Share of the time in exits other than halts; the parts of a bar are its ports, MSRs, pages.",
        [
            Reason("IO_INSTRUCTION, IO", "userspace", 0.62, 12_345, ("0x3f8", 0.4), ("0x70", 0.12), ("0x71", 0.0801), ("0x80", 0.001)),
            Reason("EPT_MISCONFIG, MMIO", "userspace", 0.21, 2_100, ("0xfeb00000", 0.2)),
            Reason("MSR_WRITE", "handler", 0.1, 40_210, ("0x6e0", 0.09), ("0x830", 0.01)),
            Reason("EXTERNAL_INTERRUPT", "handler", 0.0699, 1_000),
            Reason("3 more reasons", "merged", 0.0001, 3),
        ],
        [("handler", "answered by KVM"), ("userspace", "reached the VMM"), ("merged", "the others")]
    );

    public static Icicle Stages() => new(
        "pio-out: the exit, its stages, their steps",
        "From left to right in the order of the walk, without probes; each part as wide as its mean.",
        "cycles",
        ["exit", "stages", "steps"],
        Cells(fill => fill, cycles => $"{cycles:N0}"),
        [("exit", "exit"), ("handler", "handler"), ("host-restore", "host-restore"), ("userspace", "userspace"), ("reentry", "reentry")]
    );

    public static Icicle Moved() => new(
        "pio-out: what moved, stage by stage and step by step",
        "As wide as the new side's part; the colour is the verdict on it, the figure its shift.",
        "cycles",
        ["exit", "stages", "steps"],
        Cells(fill => fill switch { "userspace" => "worse", "handler" => "better", "reentry" => "open", _ => "same" }, cycles =>
            $"{cycles / 100:+#,0}"),
        [("worse", "worse"), ("better", "better"), ("same", "same"), ("open", "cannot tell")]
    );

    private static ReasonBar Reason(string name, string fill, double share, int exits, params (string Name, double Share)[] parts) => new(
        name,
        fill,
        share,
        $"{100 * share:0.0} % · {exits:N0} × 9.5",
        [.. parts.Select(p => new ReasonSegment(p.Name, p.Share, $"{name} {p.Name}: {100 * p.Share:0.0} %"))],
        $"{name}: {100 * share:0.0} % of the time in exits"
    );

    private static ImmutableArray<IcicleCell> Cells(Func<string, string> fill, Func<double, string> value)
    {
        (string Stage, string Fill, (string Step, double Cycles)[] Steps)[] walk =
        [
            ("exit", "exit", [("world switch out", 1_429)]),
            ("handler", "handler", [("exit handler, fetch, decode", 4_140), ("execute", 1_857)]),
            ("host-restore", "host-restore", [("vcpu_put", 12_469), ("leave the ioctl", 660), ("user-return MSRs", 9_148)]),
            ("userspace", "userspace", [("the device", 30)]),
            ("guest-entry", "reentry", [("guest MSRs, requests, injection", 20_743)]),
        ];
        double whole = walk.Sum(s => s.Steps.Sum(t => t.Cycles)), at = 0;
        var cells = ImmutableArray.CreateBuilder<IcicleCell>();
        cells.Add(new IcicleCell("pio-out", "pio-out", fill("total"), 0, 0, whole, value(whole), $"pio-out: {whole:N0} cycles"));
        foreach ((string stage, string colour, var steps) in walk)
        {
            double length = steps.Sum(s => s.Cycles), from = at;
            cells.Add(new IcicleCell(stage, stage, fill(colour), 1, at, length, value(length), $"{stage}: {length:N0} cycles"));
            foreach ((string step, double cycles) in steps)
            {
                cells.Add(new IcicleCell(step, stage, fill(colour), 2, from, cycles, value(cycles), $"{step}: {cycles:N0} cycles"));
                from += cycles;
            }
            at += length;
        }
        return cells.ToImmutable();
    }
}

using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>Exact counts of exits from kernel to kernel.</summary>
public static class SampleKernels
{
    public static KernelHistory History { get; } = new(
        [Kernel("5.10.223", "bullseye"), Kernel("6.1.170", "bookworm"), Kernel("6.1.192", "bookworm"), Kernel("6.12.117", "trixie")],
        [
            new HistoryRow(
                "pio-out", "pio-out", [Cell(2_866), Cell(3_020, ("handler", 79)), Cell(3_022, ("handler", 80)), Cell(2_889, ("handler", 204))]),
            new HistoryRow("hlt", "hlt", [Cell(4_000), HistoryCell.None("KVM_RUN failed with EINVAL."), Cell(4_001), Cell(4_001)]),
        ]);
    public static HistoryKernel Kernel(string version, string suite) =>
        new($"debian:{suite}/{version}", suite, version, version + "-test", "Debian linux-image", [new Fact("bzImage", "abc")]);

    public static HistoryCell Cell(double count, params (string Name, double Instructions)[] stages) =>
        new(count, "", [.. stages.Select((s, i) => new HistoryStage(s.Name, i, s.Instructions))]);
}

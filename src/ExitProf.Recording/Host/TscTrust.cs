using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Whether the CPU's time stamp counter is a clock: at one rate, never stopped, the same on every CPU.</summary>
internal static class TscTrust
{
    private const string ClockSource = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

    /// <summary>Clock sources that Linux takes on x86 only where it found the TSC not good enough, or was told so.</summary>
    private static readonly string[] Others = ["hpet", "acpi_pm", "jiffies", "refined-jiffies"];

    /// <param name="unit">A counter of instructions is no clock in the first place.</param>
    public static void Report(FindingLedger findings, ClockUnit unit)
    {
        if (unit != ClockUnit.Cycles) return;
        string flags = HostFacts.Collect().FirstOrDefault(f => f.Name == "tsc flags")?.Value ?? "";
        if (Doubt(flags, Sysfs.ReadLine(ClockSource)) is { } doubt) findings.Add(FindingKind.TscUnsteady, doubt);
    }

    /// <param name="flags">The CPU's flags, separated by spaces.</param>
    /// <param name="clockSource">The kernel's; null if it does not say.</param>
    /// <returns>What is wrong with the TSC; null if nothing is.</returns>
    public static string? Doubt(string flags, string? clockSource)
    {
        string[] missing = [.. ((string[])["constant_tsc", "nonstop_tsc"]).Except(flags.Split(' '))];
        string[] why =
        [
            .. missing.Length > 0 ? [$"the CPU lacks {string.Join(" and ", missing)}"] : (string[])[],
            .. clockSource is { } source && Others.Contains(source) ? [$"the kernel's clock is {source} in its place"] : (string[])[],
        ];
        return why.Length == 0
            ? null
            : $"The TSC may change its rate, stop, or differ from CPU to CPU: {string.Join(", and ", why)}. Durations may be wrong.";
    }
}

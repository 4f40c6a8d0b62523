using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The log of kvm-unit-tests' x86/vmexit.flat: a line for each test with its name and the mean TSC cycles of one turn. A test that comes
/// again is one more run.
/// </summary>
internal static partial class VmExitLog
{
    public const string Kind = "a log of kvm-unit-tests' vmexit";

    /// <summary>Its tests (x86/vmexit.c), under the names of today and of before.</summary>
    private static readonly HashSet<string> Tests =
    [
        "cpuid",
        "vmcall",
        "mov_from_cr8",
        "mov_to_cr8",
        "inl_from_pmtimer",
        "inl_from_qemu",
        "inl_from_kernel",
        "outl_to_kernel",
        "inl_pmtimer",
        "mov_dr",
        "ipi",
        "ipi+halt",
        "ipi_halt",
        "ple-round-robin",
        "ple_round_robin",
        "wr_kernel_gs_base",
        "wr_ibrs_msr",
        "wr_ibpb_msr",
        "wr_tsc_adjust_msr",
        "rd_tsc_adjust_msr",
        "self_ipi_sti_nop",
        "self_ipi_sti_hlt",
        "self_ipi_tpr",
        "self_ipi_tpr_sti_nop",
        "self_ipi_tpr_sti_hlt",
        "x2apic_self_ipi_sti_nop",
        "x2apic_self_ipi_sti_hlt",
        "x2apic_self_ipi_tpr",
        "x2apic_self_ipi_tpr_sti_nop",
        "x2apic_self_ipi_tpr_sti_hlt",
        "tscdeadline",
        "tscdeadline_immed",
        "cr0_wp",
        "cr4_pge",
        "hypercall",
    ];

    public static bool Recognises(NumberText text) =>
        text.Rows.Any(r => Result().Match(r.Text) is { Success: true } result && IsTest(result.Groups["name"].Value));

    public static MetricFile Read(NumberText text)
    {
        string unit = CommentFacts.Unit(text);
        var metrics = new MetricTable(text, unit.Length > 0 ? unit : "cycles");
        var skipped = new SortedSet<string>(StringComparer.Ordinal);
        int other = 0;
        foreach ((int number, string line) in text.Rows)
        {
            if (Result().Match(line) is { Success: true } result)
                metrics.Add(number, result.Groups["name"].Value, result.Groups["unit"].Value, result.Groups["value"].Value);
            else if (Skipped().Match(line) is { Success: true } skip)
                skipped.Add(skip.Groups["name"].Value);
            else if (IsTest(line.Split((char[])[' ', '\t', ':'])[0]))
                throw text.Refused(number, $"names a test of vmexit without its cycles: {NumberText.Quote(line)}.");
            else
                other++;
        }
        return new MetricFile(text.File, Kind, metrics.Metrics)
        {
            Ruler = CommentFacts.Ruler(text),
            Findings =
            [
                .. skipped.Count > 0
                    ? [FindingKind.SkippedTests.Of(skipped.Count, $"{text.File}: the guest skipped {NameList.Of(skipped)}.")]
                    : (Finding[])[],
                .. other > 0 ? [NumberFormats.OtherLines(text.File, other)] : (Finding[])[],
            ],
        };
    }

    /// <summary>True of a name that only a test of vmexit has.</summary>
    public static bool IsTest(string name) => Tests.Contains(name) || PciTest().IsMatch(name);

    [GeneratedRegex(
        @"^(?<name>[A-Za-z_][\w+.:-]*?):?\s+(?<value>-?\d+(?:\.\d+)?)(?:\s+(?<unit>cycles|ns|us))?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Result();

    [GeneratedRegex(@"^(?<name>\S+)\s+\(skipped\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Skipped();

    /// <summary>"mmio-no-eventfd:pci-mem", "portio-datamatch-eventfd:pci-io".</summary>
    [GeneratedRegex(@"^(mmio|portio)-(no|wildcard|datamatch)-eventfd(:pci-(mem|io))?$", RegexOptions.CultureInvariant)]
    private static partial Regex PciTest();
}

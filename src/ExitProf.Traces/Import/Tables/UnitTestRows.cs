using System.Globalization;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>What kvm-unit-tests print of exits: a line for each test of x86/vmexit.flat, the table of arm/micro-bench.flat.</summary>
internal sealed partial class UnitTestRows(ITraceSink sink)
{
    private const string VmExit = "kvm-unit-tests";
    private const string MicroBench = "micro-bench";

    private readonly Dictionary<(string Title, string Name), int> seen = [];
    private int benches;
    private string unit = "";

    /// <summary>"name   total ns   avg ns", the header of micro-bench.</summary>
    internal bool TryHeader(string line)
    {
        if (BenchHeader().Match(line) is not { Success: true } header) return false;
        unit = header.Groups["unit"].Value;
        benches++;
        return true;
    }

    internal bool Add(string line)
    {
        if (unit.Length > 0)
        {
            if (line.TrimStart().StartsWith("---", StringComparison.Ordinal)) return true;
            if (BenchRow().Match(line) is { Success: true } bench)
            {
                string title = benches == 1 ? MicroBench : $"{MicroBench} ({benches})", row = Row(title, bench.Groups["name"].Value);
                sink.Metric(new TableFigure(title, row, TableColumn.Time, Value(bench.Groups["total"]), unit));
                sink.Metric(new TableFigure(title, row, TableColumn.Mean, Value(bench.Groups["mean"]), unit));
                return true;
            }
        }
        if (VmExitRow().Match(line) is not { Success: true } test) return false;
        string again = Row(VmExit, test.Groups["name"].Value);
        sink.Metric(new TableFigure(VmExit, again, TableColumn.Mean, Value(test.Groups["mean"]), "cycles"));
        return true;
    }

    /// <summary>A test that comes again is one more run, and a row of its own: one row has one figure in a column.</summary>
    private string Row(string title, string name)
    {
        int times = seen[(title, name)] = seen.GetValueOrDefault((title, name)) + 1;
        return times == 1 ? name : $"{name} ({times})";
    }

    private static double Value(Group digits) => double.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*name\s+total (?<unit>ns|us)\s+avg \k<unit>$")]
    private static partial Regex BenchHeader();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_]\S{0,60})\s+(?<total>[0-9]{1,18}(?:\.[0-9]{1,9})?)\s+(?<mean>[0-9]{1,18}(?:\.[0-9]{1,9})?)$")]
    private static partial Regex BenchRow();

    [GeneratedRegex(@"^\s*(?<name>cpuid|vmcall|hypercall|wbinvd|invd|mov_from_cr8|mov_to_cr8|inl_\w+|outl_to_\w+"
        + @"|mov_dr|tscdeadline\w*|self_ipi\w*|x2apic_self_ipi\w*|ipi\w*|ipi\+halt|ple[-_]round[-_]robin"
        + @"|wr_\w+|rd_\w+|cr[04]_\w+|toggle_\w+|pci-\w+"
        + @"|(?:mmio|portio)-(?:no|wildcard|datamatch)-eventfd(?::pci-(?:mem|io))?):?\s+(?<mean>[0-9]{1,15}(?:\.[0-9]{1,3})?)(?:\s+cycles)?$")]
    private static partial Regex VmExitRow();
}

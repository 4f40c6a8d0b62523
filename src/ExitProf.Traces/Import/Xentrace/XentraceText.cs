using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// What xentrace_format prints of a recording by Xen's own list of formats: "CPU0  1234567 (+     120)  VMEXIT      [ exitcode = 0x1e,
/// rIP  = 0xfff0 ]".
/// </summary>
internal static partial class XentraceText
{
    private const int MaxLineBytes = 512;

    private static readonly string[] States = ["running", "runnable", "blocked", "offline"];
    private static readonly FrozenDictionary<string, uint> Events = Numbers();

    internal static bool Recognises(ReadOnlySpan<byte> first)
    {
        foreach (Range range in first.Split((byte)'\n'))
        {
            var line = first[range];
            if (line.Length is 0 or > MaxLineBytes || !line.StartsWith("CPU"u8)) continue;
            if (Line().IsMatch(Encoding.Latin1.GetString(line).TrimEnd())) return true;
        }
        return false;
    }

    internal static ImportReading Read(ImportStream source, ITraceSink sink)
    {
        var findings = new ImportFindings(new TraceClock(0, 1));
        bool svm = IsSvm(Encoding.Latin1.GetString(source.Peek(1 << 18)));
        var reader = new XentraceReader(sink, XentraceFile.Header, svm ? KernelEvent.IsaSvm : KernelEvent.IsaVmx);
        long lines = 0, foreign = 0;
        int last = -1;
        using (var text = new StreamReader(new PeekedStream(source), Encoding.Latin1))
        {
            while (text.ReadLine() is { } line)
            {
                lines++;
                if (!Add(line, reader, ref last) && !string.IsNullOrWhiteSpace(line)) foreign++;
            }
        }
        findings.AddAgreed(FindingKind.ForeignLines, foreign, $"{foreign:N0} of {lines:N0} lines [are no events and were|is no event and was] "
            + "passed over.");
        return XentraceFile.End(reader, findings, sink, source.Position);
    }

    private static bool Add(string line, XentraceReader reader, ref int last)
    {
        if (line.Length > MaxLineBytes || Line().Match(line) is not { Success: true } found) return false;
        if (!ulong.TryParse(found.Groups["tsc"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out ulong time)) return false;
        int cpu = int.Parse(found.Groups["cpu"].ValueSpan, CultureInfo.InvariantCulture);
        if (cpu != last) reader.ChangeCpu(last = cpu);
        if (!Events.TryGetValue(found.Groups["name"].Value, out uint number)) return true;
        // Only the first number of the data counts, and the second of a switch of the scheduler.
        ulong first = Number(found.Groups["first"]), second = Number(found.Groups["second"]);
        if (first > uint.MaxValue) number |= XentraceRecord.Wide;
        ReadOnlySpan<uint> data = [(uint)first, (uint)(first >> 32), (uint)second >> 16, (uint)second & 0xffff];
        reader.Add(new XentraceRecord(number, time == 0 ? null : time, data));
        return true;
    }

    private static ulong Number(Group text)
    {
        var digits = text.ValueSpan;
        bool hex = digits.StartsWith("0x");
        if (hex) digits = digits[2..];
        var style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out ulong number) ? number : 0;
    }

    private static bool IsSvm(string text) =>
        ExitCode().Matches(text).Any(m => XentraceFile.IsSvmCode((uint)Number(m.Groups[1])));

    private static FrozenDictionary<string, uint> Numbers()
    {
        var numbers = new Dictionary<string, uint>(StringComparer.Ordinal)
        {
            ["lost_records"] = XentraceRecord.LostRecords,
            ["continue_running"] = XentraceRecord.ContinueRunning,
            ["__enter_scheduler"] = XentraceRecord.Switch,
            ["VMENTRY"] = XentraceRecord.VmEntry,
            ["nVMENTRY"] = XentraceRecord.VmEntry | XentraceRecord.Nested,
            ["VMEXIT"] = XentraceRecord.VmExit,
            ["nVMEXIT"] = XentraceRecord.VmExit | XentraceRecord.Nested,
            ["IO_READ"] = 0x82006,
            ["IO_WRITE"] = 0x82007,
            ["IOPORT_READ"] = 0x82016,
            ["IOPORT_WRITE"] = 0x82216,
            ["MMIO_READ"] = 0x82017,
            ["MMIO_WRITE"] = 0x82217,
            ["MSR_READ"] = 0x8200c,
            ["MSR_WRITE"] = 0x8200d,
            ["CPUID"] = 0x8200e,
            ["VMMCALL"] = 0x82012,
            ["NPF"] = 0x82021,
            ["INJ_EXC"] = 0x82003,
            ["INJ_VIRQ"] = 0x82004,
            ["REINJ_VIRQ"] = 0x82005,
        };
        for (uint from = 0; from < States.Length; from++)
        {
            for (uint to = 0; to < States.Length; to++)
                numbers[$"{States[from]}_to_{States[to]}"] = XentraceRecord.RunState | from << 8 | to << 4;
        }
        return numbers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^CPU(?<cpu>[0-9]{1,4})\s+(?<tsc>[0-9]{1,20}) \(\+\s*[0-9]{1,20}\)\s+(?<name>[\w:]+)\s*(?:\[.*?[=+ ](?<first>0x[0-9a-fA-F]+|[0-9]+)"
        + @"(?:.*?[= ](?<second>0x[0-9a-fA-F]+|[0-9]+))?|(?<first>0x[0-9a-fA-F]+)$)?")]
    private static partial Regex Line();

    [GeneratedRegex(@"VMEXIT\s+\[ exitcode = (0x[0-9a-fA-F]+)")]
    private static partial Regex ExitCode();
}

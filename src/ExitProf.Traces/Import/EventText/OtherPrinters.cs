using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// Lines of tools that put the parts of an event in another order than ftrace and perf script: <c>perf trace</c>, the function_graph tracer
/// with absolute times, and babeltrace for recordings of LTTng. They are put into ftrace's order.
/// </summary>
internal static partial class OtherPrinters
{
    private const int MaxBytes = 1024;

    /// <returns>The line as ftrace would print it; null if it is of none of these tools.</returns>
    internal static byte[]? Rewrite(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxBytes) return null;
        if (line.EndsWith("*/"u8)) return Join(FunctionGraph().Match(Encoding.Latin1.GetString(line)), milliseconds: false);
        if (line[0] == '[' && line.Contains((byte)'{'))
            return Join(Babeltrace().Match(Encoding.Latin1.GetString(line)), milliseconds: false);
        if (!ByteText.IsDigit(line[0]) || line.IndexOf("kvm:"u8) < 0) return null;
        return Join(PerfTrace().Match(Encoding.Latin1.GetString(line)), milliseconds: true);
    }

    private static byte[]? Join(Match found, bool milliseconds)
    {
        if (!found.Success || Seconds(found.Groups["time"].Value, milliseconds) is not { } time) return null;
        string name = found.Groups["event"].Value, body = found.Groups["body"].Value.Trim(), cpu = found.Groups["cpu"].Value;
        // LTTng has names of its own for what only x86 has.
        if (name.StartsWith("kvm_x86_", StringComparison.Ordinal)) name = "kvm_" + name[8..];
        if (found.Groups["fields"].Success) body = Fields().Replace(found.Groups["fields"].Value, "$1=$2");
        string thread = $"{found.Groups["comm"].Value}-{found.Groups["tid"].Value}";
        return Encoding.Latin1.GetBytes($"{thread} {(cpu.Length > 0 ? $"[{cpu}]" : "")} {time}: {name}: {body}");
    }

    /// <summary>"12345.000020", "10391.253" in milliseconds, "15:49:09.711459102".</summary>
    private static string? Seconds(string time, bool milliseconds)
    {
        string[] parts = time.Split(':');
        decimal sum = 0;
        foreach (string part in parts)
        {
            if (!decimal.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) return null;
            sum = sum * 60 + value;
        }
        if (milliseconds) sum /= 1000;
        return sum.ToString(milliseconds ? "0.000000" : "0.000000###", CultureInfo.InvariantCulture);
    }

    /// <summary>" 12345.000020 |   2)  CPU 0/KV-4711  |   |  /* kvm_exit: reason HLT rip 0xfff0 info 0 0 */".</summary>
    [GeneratedRegex(@"^\s*(?<time>[0-9]{1,10}\.[0-9]{1,9}) \|\s*(?<cpu>[0-9]{1,5})\)\s+(?<comm>.{0,16})-(?<tid>[0-9]{1,9})\s+\|.*"
        + @"/\* (?<event>\w+): (?<body>.*) \*/$")]
    private static partial Regex FunctionGraph();

    /// <summary>
    /// "[15:49:09.711459102] (+0.000001000) host kvm_x86_exit: { cpu_id = 2 }, { tid = 4711, procname = "CPU 0/KVM" }, { isa = 1 }".
    /// </summary>
    [GeneratedRegex(@"^\[(?<time>[0-9:]{1,12}\.[0-9]{1,9})\] (?:\(\+[0-9?.]+\) )?(?:[^ :]+ )?(?:\S+:)?(?<event>\w+): "
        + @"\{ cpu_id = (?<cpu>[0-9]{1,5}) \}, \{ "
        + @"(?=[^{}]*\btid = (?<tid>[0-9]{1,9}))(?=(?:[^{}]*procname = ""(?<comm>[^""]{0,16})"")?)[^{}]* \}, "
        + @"\{ (?<fields>[^{}]*) \}$")]
    private static partial Regex Babeltrace();

    /// <summary>
    /// "10391.253 (         ): CPU 0/KVM/4711 kvm:kvm_exit:reason HLT …)", "0.020 CPU 0/KVM/4711 kvm:kvm_exit(exit_reason: 12)".
    /// </summary>
    [GeneratedRegex(@"^(?<time>[0-9]{1,12}\.[0-9]{3}) (?:\([^)]{0,20}\): )?(?<comm>.{0,16})/(?<tid>[0-9]{1,9}) "
        + @"kvm:(?<event>\w+)(?::(?<body>.*?)\)?|\((?<fields>[^()]*)\))$")]
    private static partial Regex PerfTrace();

    [GeneratedRegex(@"\b(\w+)(?: = |: )(""?[^\s,""]*""?),?")]
    private static partial Regex Fields();
}

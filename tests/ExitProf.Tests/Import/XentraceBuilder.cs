using System.Buffers.Binary;

namespace ExitProf.Tests.Import;

/// <summary>
/// Writes what xentrace writes, by Xen's public header trace.h: records of CPUs in windows, before each a record that names the CPU and the
/// bytes of the window.
/// </summary>
internal sealed class XentraceBuilder
{
    internal const uint Exit = 0x81002;
    internal const uint Exit64 = 0x81102;
    internal const uint Entry = 0x81001;

    private readonly List<byte> file = [];
    private readonly List<byte> window = [];
    private readonly List<string> text = [];
    private int cpu = -1;
    private readonly Dictionary<int, ulong> lastTimes = [];

    /// <summary>What xentrace_format prints of the same records.</summary>
    internal string Text => string.Join("\n", text) + "\n";

    internal XentraceBuilder Cpu(int number)
    {
        Flush();
        cpu = number;
        return this;
    }

    /// <summary>A vCPU begins or ceases to run: states 0 running, 1 runnable, 2 blocked, 3 offline.</summary>
    internal XentraceBuilder State(ulong time, uint domain, uint vcpu, uint from, uint to)
    {
        string[] states = ["running", "runnable", "blocked", "offline"];
        Print(time, $"{states[from]}_to_{states[to]} [ dom:vcpu = 0x{domain << 16 | vcpu:x8} ]");
        return Record(0x21001 | from << 8 | to << 4, time, domain << 16 | vcpu);
    }

    internal XentraceBuilder Runs(ulong time, uint domain, uint vcpu) => State(time, domain, vcpu, 1, 0);

    /// <param name="handler">A record without a time between exit and entry; 0 for none.</param>
    internal XentraceBuilder Exits(ulong time, ulong until, uint code, uint handler = 0, params uint[] data)
    {
        Print(time, $"VMEXIT      [ exitcode = 0x{code:x8}, rIP  = 0x00000000fff00000 ]");
        Record(Exit64, time, code, 0xfff00000, 0);
        if (handler != 0)
        {
            string? printed = handler switch
            {
                0x82006 => $"IO_READ     [ port = 0x{data[0]:x4}, size = {data[1]} ]",
                0x8200d => $"MSR_WRITE   [ MSR# = 0x{data[0]:x8}, value = 0x{data[2]:x8}{data[1]:x8} ]",
                0x8200e => $"CPUID       [ func = 0x{data[0]:x8}, eax = 0x0, ebx = 0x0, ecx=0x0, edx = 0x0 ]",
                0x82021 => $"NPF         [ gpa = 0x{data[1]:x8}{data[0]:x8} mfn = 0x0 qual = 0x0004 p2mt = 0x0000 ]",
                _ => null,
            };
            if (printed is not null) text.Add($"CPU{cpu}  0 (+       0)  {printed}");
            Record(handler, null, data);
        }
        if (until == 0) return this;
        Print(until, "VMENTRY");
        return Record(Entry, until);
    }

    internal XentraceBuilder Lost(ulong time, uint records)
    {
        Print(time, $"lost_records      0x{records:x8}");
        return Record(0x1f001, time, records, 0, 0, 0);
    }

    internal XentraceBuilder Record(uint number, ulong? time, params uint[] data)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(word, number | (uint)data.Length << 28 | (time is null ? 0 : 1u << 31));
        window.AddRange(word[..4]);
        if (time is { } stamp)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, stamp);
            window.AddRange(word);
        }
        foreach (uint value in data)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            window.AddRange(word[..4]);
        }
        return this;
    }

    internal byte[] ToArray()
    {
        Flush();
        return [.. file];
    }

    private void Print(ulong time, string what)
    {
        text.Add($"CPU{cpu}  {time} (+{time - lastTimes.GetValueOrDefault(cpu, time),8})  {what}");
        lastTimes[cpu] = time;
    }

    private void Flush()
    {
        if (window.Count == 0) return;
        Span<byte> change = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(change, 2u << 28 | 0x1f003);
        BinaryPrimitives.WriteInt32LittleEndian(change[4..], cpu);
        BinaryPrimitives.WriteUInt32LittleEndian(change[8..], (uint)window.Count);
        file.AddRange(change);
        file.AddRange(window);
        window.Clear();
    }
}

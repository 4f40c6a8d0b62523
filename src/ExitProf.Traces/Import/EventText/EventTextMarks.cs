namespace ExitProf.Traces;

/// <summary>Lines between events that say something about them.</summary>
internal static class EventTextMarks
{
    /// <summary>The first line of what a tracer prints: "# tracer: nop", trace-cmd's "cpus=8".</summary>
    internal static bool StartsRecording(ReadOnlySpan<byte> line) =>
        line.StartsWith("# tracer:"u8) || line.StartsWith("cpus="u8) && ByteText.TryDecimal(line[5..], out _);

    /// <summary>
    /// "CPU:1 [LOST 123 EVENTS]" of ftrace, "CPU:1 [123 EVENTS DROPPED]" and "CPU:1 [EVENTS DROPPED]" of trace-cmd, "… PERF_RECORD_LOST
    /// lost 12" of
    /// <c>perf script --show-lost-events</c>.
    /// </summary>
    /// <param name="cpu">-1 if the line does not say.</param>
    /// <param name="lost">0 if the line does not say.</param>
    internal static bool TryLoss(ReadOnlySpan<byte> line, out int cpu, out long lost)
    {
        (cpu, lost) = (-1, 0);
        int mark = line.IndexOf("PERF_RECORD_LOST"u8);
        bool perf = mark >= 0;
        if (!perf && !(line.IndexOf("EVENTS"u8) >= 0 && (line.IndexOf("LOST"u8) >= 0 || line.IndexOf("DROPPED"u8) >= 0))) return false;
        var head = new ByteText(line);
        if (!perf && line.StartsWith("CPU"u8) && ByteText.TryDecimal(ByteText.Trim(ByteText.Bare(CpuWord(line))), out ulong named)
            && named <= int.MaxValue) cpu = (int)named;
        if (perf && line[..mark].LastIndexOf((byte)'[') is >= 0 and var open && line[open..mark].IndexOf((byte)']') is > 0 and var close
            && ByteText.TryDecimal(line[(open + 1)..(open + close)], out named) && named <= int.MaxValue) cpu = (int)named;
        var words = perf ? new ByteText(line[mark..]) : head;
        for (var word = words.Word(); !word.IsEmpty; word = words.Word())
        {
            if (word[0] == '[') word = word[1..];
            if (!word.StartsWith("CPU"u8) && ByteText.TryDecimal(word, out ulong count) && count <= long.MaxValue
                && (perf || (long)count != cpu || lost == 0)) lost = (long)count;
        }
        return true;
    }

    private static ReadOnlySpan<byte> CpuWord(ReadOnlySpan<byte> line)
    {
        var rest = line[3..];
        if (!rest.IsEmpty && rest[0] is (byte)':' or (byte)' ') rest = rest[1..];
        return new ByteText(rest).Word();
    }

    /// <summary>"# entries-in-buffer/entries-written: 2096/3000   #P:2": the difference was overwritten.</summary>
    internal static bool TryOverwritten(ReadOnlySpan<byte> line, out long overwritten)
    {
        overwritten = 0;
        const int Key = 38;
        if (!line.StartsWith("# entries-in-buffer/entries-written:"u8) || line.Length < Key) return false;
        var word = new ByteText(line[36..]).Word();
        int slash = word.IndexOf((byte)'/');
        if (slash > 0 && ByteText.TryDecimal(word[..slash], out ulong there)
            && ByteText.TryDecimal(word[(slash + 1)..], out ulong written) && written >= there && written <= long.MaxValue)
        {
            overwritten = (long)(written - there);
        }
        return true;
    }

    /// <summary>"[...]", "(snip)", "..." and the line that grep writes between what it found: events stood here.</summary>
    internal static bool LeavesOut(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("--"u8)) return true;
        line = line.Trim("[]()<>{}-=~* \t"u8);
        if (line.SequenceEqual("snip"u8) || line.SequenceEqual("snipped"u8) || line.SequenceEqual("cut"u8)) return true;
        // "…" is three bytes.
        return line.Length >= 2 && (line.TrimEnd((byte)'.').IsEmpty || line.SequenceEqual("…"u8));
    }

    /// <summary>
    /// Where the CPU was when the event came: "ffffffff81036706 vcpu_run+0x1b ([kvm])" of perf, " => vcpu_run" and the line above it of
    /// ftrace.
    /// </summary>
    internal static bool IsOfStack(ReadOnlySpan<byte> line)
    {
        const int FewestDigits = 4;
        if (line.StartsWith("=> "u8) || line.EndsWith("stack trace>"u8)) return true;
        var words = new ByteText(line);
        var address = words.Word();
        return address.Length >= FewestDigits && ByteText.TryHex(address, out _) && !words.Word().IsEmpty && line[^1] == ')';
    }

    /// <summary>A line of nothing but a thread, "qemu-system-x86-4711", whose event is on the next line.</summary>
    internal static bool IsThread(ReadOnlySpan<byte> line)
    {
        const int MostBytes = 24;
        int dash = line.LastIndexOf((byte)'-');
        return line.Length <= MostBytes && dash > 0 && ByteText.TryDecimal(line[(dash + 1)..], out _) && !line.Contains((byte)':');
    }

    /// <summary>A line that ends with the CPU, and perhaps flags: the beginning of an event whose rest is on the next line.</summary>
    internal static bool IsHead(ReadOnlySpan<byte> line)
    {
        int close = line.LastIndexOf((byte)']'), open = close < 0 ? -1 : line[..close].LastIndexOf((byte)'[');
        if (open <= 0 || !ByteText.TryDecimal(line[(open + 1)..close], out _)) return false;
        var behind = ByteText.Trim(line[(close + 1)..]);
        return behind.Length <= 8 && behind.IndexOf((byte)' ') < 0;
    }
}

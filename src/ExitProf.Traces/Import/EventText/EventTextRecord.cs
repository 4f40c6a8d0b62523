using System.Buffers;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>The unit of the stamp that a line has.</summary>
internal enum StampForm : byte
{
    /// <summary>Seconds with a fraction: the time is in nanoseconds.</summary>
    Seconds,

    /// <summary>A whole number: the time is in ticks of a clock whose rate the text does not say (x86-tsc, counter).</summary>
    Ticks,
}

/// <summary>
/// One line of event text, as ftrace, <c>trace-cmd report</c>, <c>perf script</c> and perf-prof print it, taken apart but not understood:
/// thread, CPU, time, name of the event, body. The dialects differ in the head only, so one record serves all of them, which texts with two
/// dialects need.
/// </summary>
internal ref struct EventTextRecord
{
    /// <summary>The name of the program, empty if the line has none; <c>&lt;...&gt;</c> where the tracer had forgotten it.</summary>
    internal ReadOnlySpan<byte> Comm;

    /// <summary>-1 if the line does not say.</summary>
    internal long Thread;

    /// <summary>The process; -1 if the line does not say.</summary>
    internal long Process;

    /// <summary>-1 if the line does not say.</summary>
    internal int Cpu;

    internal bool InterruptsOff;

    /// <summary>The line has a date or a time of day too: that of printing.</summary>
    internal bool HasWallClock;

    /// <summary>In nanoseconds or ticks.</summary>
    internal ulong Time;

    /// <summary>Digits behind the point; 0 of ticks.</summary>
    internal int Decimals;
    internal StampForm Form;

    /// <summary>Without the group that perf puts before it; empty if the line ends before it.</summary>
    internal ReadOnlySpan<byte> Event;

    /// <summary>What follows the event's name, trimmed.</summary>
    internal ReadOnlySpan<byte> Body;

    private static readonly SearchValues<byte> FlagCharacters = SearchValues.Create("dDXnNpPlLbBhHsSzZ.0123456789abcdef*#"u8);

    private const int MaxSecondsDigits = 10;
    private const int NanosecondDigits = 9;

    /// <summary>Takes a line apart.</summary>
    /// <param name="heads">Heads of the lines before.</param>
    /// <returns>False if it has no stamp with an event behind it: a comment, a continuation, prose.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> line, EventTextHeads heads, out EventTextRecord record)
    {
        record = default;
        for (int from = 0; ;)
        {
            int colon = line[from..].IndexOf((byte)':');
            if (colon < 0) return false;
            colon += from;
            from = colon + 1;
            if (from < line.Length && !ByteText.IsSpace(line[from])) continue;
            int start = StampStart(line, colon, out bool fraction);
            if (start < 0 || !TryTime(line[start..colon], fraction, ref record)) continue;
            if (!TryEvent(line[from..], ref record)) continue;
            var head = ByteText.TrimEnd(line[..start]);
            if (!heads.TryFind(head, ref record, out int place))
            {
                ParseHead(head, ref record);
                if (place >= 0) heads.Keep(place, head, in record);
            }
            if (record.Cpu >= 0 || record.Thread >= 0) return true;
            // A number with a colon and a word behind it is no stamp unless something else of the head is there, or the word is an event's
            // name: "since 1.0: broken" is prose, and a program may be called "1.0: x:".
            if (fraction && (record.Event.IsEmpty || record.Event.Contains((byte)'_'))) return true;
        }
    }

    /// <summary>Where the number before a colon begins; -1 if there is none that stands alone.</summary>
    private static int StampStart(ReadOnlySpan<byte> line, int colon, out bool fraction)
    {
        fraction = false;
        int i = colon;
        // ftrace_dump() writes "1234567us : ", with a mark of the delay before the colon.
        while (i > 0 && line[i - 1] is (byte)' ' or (byte)'!' or (byte)'+' or (byte)'#') i--;
        if (i >= 2 && line[i - 1] == 's' && line[i - 2] == 'u') i -= 2;
        else if (i != colon) return -1;
        int end = i;
        while (i > 0 && (ByteText.IsDigit(line[i - 1]) || line[i - 1] == '.' && !fraction))
        {
            fraction |= line[i - 1] == '.';
            i--;
        }
        bool alone = i == 0 || ByteText.IsSpace(line[i - 1]) || line[i - 1] == ']';
        return alone && i < end && line[i] != '.' && line[end - 1] != '.' ? i : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryTime(ReadOnlySpan<byte> stamp, bool fraction, ref EventTextRecord record)
    {
        int point = stamp.IndexOf((byte)'.');
        if (!fraction)
        {
            int digits = 0;
            while (digits < stamp.Length && ByteText.IsDigit(stamp[digits])) digits++;
            bool microseconds = digits < stamp.Length;
            if (!ByteText.TryDecimal(stamp[..digits], out ulong ticks) || microseconds && ticks > ulong.MaxValue / 1000) return false;
            (record.Form, record.Time, record.Decimals) = microseconds ? (StampForm.Seconds, ticks * 1000, 6) : (StampForm.Ticks, ticks, 0);
            return true;
        }
        var part = stamp[(point + 1)..];
        if (point > MaxSecondsDigits || part.Length > NanosecondDigits) return false;
        if (!ByteText.TryDecimal(stamp[..point], out ulong seconds) || !ByteText.TryDecimal(part, out ulong below)) return false;
        for (int i = part.Length; i < NanosecondDigits; i++) below *= 10;
        (record.Form, record.Time, record.Decimals) = (StampForm.Seconds, seconds * 1_000_000_000 + below, part.Length);
        return true;
    }

    /// <summary>"kvm_exit: ...", "kvm:kvm_exit: ...", with a period before it where perf prints one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryEvent(ReadOnlySpan<byte> text, ref EventTextRecord record)
    {
        var words = new ByteText(text);
        var word = words.LongWord();
        if (word.IsEmpty) return true;
        // A period of perf, or the distance to the event before of trace-cmd report --ts-diff: "(+13)".
        if (ByteText.TryDecimal(word, out _) || word.StartsWith("(+"u8) && word[^1] == ')') word = words.Word();
        if (word.IsEmpty || !IsLetter(word[0])) return false;
        bool named = word[^1] == ':';
        // A line that was cut ends in the middle of a name.
        if (!named && !ByteText.TrimStart(words.Rest).IsEmpty) return false;
        var name = named ? word[..^1] : word;
        int group = name.IndexOf((byte)':');
        if (group >= 0)
        {
            name = name[(group + 1)..];
            // Behind the name perf prints the modifiers that the event was asked for with.
            if (name.IndexOf((byte)':') is >= 0 and var modifiers) name = name[..modifiers];
        }
        record.Event = name;
        record.Body = ByteText.Trim(words.Rest);
        return true;
    }

    private static void ParseHead(ReadOnlySpan<byte> head, ref EventTextRecord record)
    {
        (record.Thread, record.Process, record.Cpu) = (-1, -1, -1);
        int close = head.LastIndexOf((byte)']'), open = close < 0 ? -1 : head[..close].LastIndexOf((byte)'[');
        var flags = open < 0 ? default : ByteText.Trim(head[(close + 1)..]);
        // A number there is the thread of a program whose name ends in brackets: "qemu [0] 24797".
        if (open >= 0 && ByteText.TryDecimal(head[(open + 1)..close], out ulong cpu) && cpu <= int.MaxValue
            && !ByteText.TryDecimal(flags, out _))
        {
            record.Cpu = (int)cpu;
            head = ByteText.TrimEnd(head[..open]);
            if (flags.IsEmpty)
            {
                // perf-prof prints the flags before the CPU.
                int last = LastWord(head);
                if (IsFlags(head[last..]))
                {
                    flags = head[last..];
                    head = ByteText.TrimEnd(head[..last]);
                }
            }
            record.InterruptsOff = !flags.IsEmpty && (flags[0] | 0x20) == 'd';
        }
        else
        {
            head = WithoutDumpFlags(head, out record.Cpu, out record.InterruptsOff);
        }
        ParseThread(SkipWallClock(head, out record.HasWallClock), ref record);
    }

    /// <summary>ftrace_dump() writes the CPU and the flags as one word: "3d..1".</summary>
    private static ReadOnlySpan<byte> WithoutDumpFlags(ReadOnlySpan<byte> head, out int cpu, out bool interruptsOff)
    {
        (cpu, interruptsOff) = (-1, false);
        int last = LastWord(head), digits = last;
        while (digits < head.Length && ByteText.IsDigit(head[digits])) digits++;
        if (digits == last || digits == head.Length || !IsFlags(head[digits..])) return head;
        if (!ByteText.TryDecimal(head[last..digits], out ulong number) || number > int.MaxValue) return head;
        (cpu, interruptsOff) = ((int)number, (head[digits] | 0x20) == 'd');
        return ByteText.TrimEnd(head[..last]);
    }

    private static void ParseThread(ReadOnlySpan<byte> head, ref EventTextRecord record)
    {
        if (!head.IsEmpty && head[^1] == ')' && head.LastIndexOf((byte)'(') is >= 0 and var group)
        {
            // ftrace's option record-tgid: "comm-tid (tgid)", dashes where it is not known.
            var inside = ByteText.Trim(head[(group + 1)..^1]);
            if (ByteText.TryDecimal(inside, out ulong tgid)) record.Process = Id(tgid);
            if (record.Process >= 0 || !inside.ContainsAnyExcept((byte)'-')) head = ByteText.TrimEnd(head[..group]);
        }
        int last = LastWord(head);
        var word = head[last..];
        if (word.IndexOf((byte)'/') is > 0 and var slash && ByteText.TryDecimal(word[..slash], out ulong process)
            && ByteText.TryDecimal(word[(slash + 1)..], out ulong thread))
        {
            (record.Process, record.Thread) = (Id(process), Id(thread));
            record.Comm = ByteText.TrimEnd(head[..last]);
            return;
        }
        if (ByteText.TryDecimal(word, out ulong pid))
        {
            record.Thread = Id(pid);
            record.Comm = ByteText.TrimEnd(head[..last]);
            return;
        }
        int dash = head.LastIndexOf((byte)'-');
        bool named = dash >= 0 && ByteText.TryDecimal(head[(dash + 1)..], out pid);
        if (named) record.Thread = Id(pid);
        record.Comm = named ? head[..dash] : head;
    }

    /// <summary>Linux has ids of at most 22 bits; what does not fit into 32 is none.</summary>
    private static long Id(ulong number) => number <= int.MaxValue ? (long)number : -1;

    /// <summary>perf-prof and syslog put the date and the time of day of printing before everything else.</summary>
    private static ReadOnlySpan<byte> SkipWallClock(ReadOnlySpan<byte> head, out bool found)
    {
        found = true;
        head = ByteText.TrimStart(head);
        var words = new ByteText(head);
        var date = words.Word();
        if (date.Length == 10 && date[4] == '-' && date[7] == '-' && ByteText.IsDigit(date[0]))
        {
            var time = words.Rest;
            if (IsTimeOfDay(words.Word())) return ByteText.TrimStart(words.Rest);
            return ByteText.TrimStart(time);
        }
        found = IsTimeOfDay(date);
        return found ? ByteText.TrimStart(words.Rest) : head;
    }

    private static bool IsTimeOfDay(ReadOnlySpan<byte> word) => word.Length >= 8 && word[2] == ':' && word[5] == ':'
        && ByteText.IsDigit(word[0]) && ByteText.IsDigit(word[7]);

    private static int LastWord(ReadOnlySpan<byte> text)
    {
        int i = text.Length;
        while (i > 0 && !ByteText.IsSpace(text[i - 1])) i--;
        return i;
    }

    /// <summary>Interrupts, need-resched, context, preemption depth, migrate-disable: 4 to 8 characters by kernel and by RT.</summary>
    private static bool IsFlags(ReadOnlySpan<byte> word) => word.Length is >= 4 and <= 8 && word.Contains((byte)'.')
        && !ByteText.IsDigit(word[0])
        && !word.ContainsAnyExcept(FlagCharacters);

    private static bool IsLetter(byte c) => (uint)((c | 0x20) - 'a') < 26 || c == '_';
}

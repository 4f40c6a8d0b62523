using System.Runtime.CompilerServices;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// Reads event text line by line: joins what a mail program has wrapped, gives every event to its thread, and notices where one recording
/// ends and another begins.
/// </summary>
internal sealed class EventTextReader
{
    /// <summary>An event of more lines or bytes than these is none.</summary>
    private const int MaxJoined = 4;
    private const int MaxHeldBytes = 4096;

    /// <summary>
    /// Text is in order of time; what goes back further than this, in nanoseconds, is another recording. CPUs' clocks differ by less.
    /// </summary>
    private const ulong BackwardsTolerance = 1_000_000;

    /// <summary>A jump forward, in nanoseconds, with foreign text in between is another recording too.</summary>
    private const ulong ForwardJump = 1_000_000_000;

    private const ulong NanosecondsPerMicrosecond = 1000;

    private static ReadOnlySpan<byte> BodyWords =>
        " vcpu reason rip info info1 info2 intr intr_info error_code at size count val len gpa address load unload write read PC HSR_EC ESR_EC "u8;

    private readonly ReasonSpellings reasons = new();
    private readonly UnnamedThreads unnamed = new();
    private readonly EventTextHeads heads = new();
    private readonly byte[] held = new byte[MaxHeldBytes];
    private readonly byte[] soft = new byte[MaxHeldBytes];
    private readonly byte[] head = new byte[MaxHeldBytes];
    private int heldLength;
    private int heldLines;
    private int softLength;
    private int headLength;
    private bool headIsThread;
    private StampForm? form;
    private ulong divisor = 1;
    private int decimals;
    private ulong lastTime;
    private bool foreignSince;

    internal EventTextReader(ITraceSink sink, Func<Backend, TraceHeader> header) =>
        Exits = new(sink, header, (code, isa) => reasons.Spelling(code, isa));

    internal ExitDemultiplexer Exits { get; }

    internal EventTextCounts Counts { get; } = new();

    internal ReasonSpellings Reasons => reasons;

    /// <summary>The text's clock; its rate is 0 if the text does not say.</summary>
    internal TraceClock Clock => form == StampForm.Ticks ? new TraceClock(0, 1) : TraceClock.OfText(nanoseconds: decimals > 6);

    /// <summary>The step of the stamps in the clock's unit.</summary>
    internal long Grain
    {
        get
        {
            long grain = 1;
            if (form == StampForm.Seconds) for (int i = decimals > 6 ? 9 : 6; i > decimals; i--) grain *= 10;
            return grain;
        }
    }

    /// <summary>Takes the next line of the text.</summary>
    /// <returns>False if it has nothing to do with events.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Add(ReadOnlySpan<byte> line)
    {
        Counts.Lines++;
        line = WithoutQuote(ByteText.TrimEnd(line));
        if (softLength > 0)
        {
            // Quoted-printable mail ends a line that goes on with "=".
            if (softLength + line.Length <= soft.Length)
            {
                line.CopyTo(soft.AsSpan(softLength));
                softLength += line.Length;
                Counts.JoinedLines++;
                if (soft[softLength - 1] == '=')
                {
                    softLength--;
                    return true;
                }
            }
            var whole = soft.AsSpan(0, softLength);
            softLength = 0;
            return AddLine(whole);
        }
        if (line.Length is > 40 and < MaxHeldBytes && line[^1] == '=')
        {
            line[..^1].CopyTo(soft);
            softLength = line.Length - 1;
            return true;
        }
        return AddLine(line);
    }

    /// <summary>Ends the text.</summary>
    internal void Complete()
    {
        if (softLength > 0) AddLine(soft.AsSpan(0, softLength));
        softLength = 0;
        Release();
        Exits.Complete();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AddLine(ReadOnlySpan<byte> line)
    {
        if (EventTextRecord.TryParse(line, heads, out var record))
        {
            Release();
            if (headLength > 0 && record.Thread < 0 && (headIsThread || record.Cpu < 0) && TryWithHead(line)) return true;
            headLength = 0;
            Take(line, in record, lines: 1);
            return true;
        }
        headLength = 0;
        if (heldLength > 0 && TryContinue(line)) return true;
        Release();
        return TryOtherPrinter(line) || AddOther(line);
    }

    private bool TryOtherPrinter(ReadOnlySpan<byte> line)
    {
        line = ByteText.TrimStart(line);
        if (line.IsEmpty || OtherPrinters.Rewrite(line) is not { } rewritten) return false;
        if (!EventTextRecord.TryParse(rewritten, heads, out var record)) return false;
        Take(rewritten, in record, lines: MaxJoined);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(ReadOnlySpan<byte> line, in EventTextRecord record, int lines)
    {
        EventTextBody.Read(in record, reasons, out EventTextMeaning meaning);
        bool more = record.Event.IsEmpty || meaning.WantsMore || meaning.MayGoOn;
        if (more && lines < MaxJoined && line.Length < MaxHeldBytes)
        {
            line.CopyTo(held);
            (heldLength, heldLines) = (line.Length, lines);
            return;
        }
        Give(in record, ref meaning);
    }

    /// <summary>The line before ended with thread and CPU, this one begins with the time: they belong together.</summary>
    private bool TryWithHead(ReadOnlySpan<byte> line)
    {
        int length = headLength;
        headLength = 0;
        line = ByteText.TrimStart(line);
        if (length + 1 + line.Length > head.Length) return false;
        head[length] = (byte)' ';
        line.CopyTo(head.AsSpan(length + 1));
        var whole = head.AsSpan(0, length + 1 + line.Length);
        if (!EventTextRecord.TryParse(whole, heads, out var record)) return false;
        Counts.JoinedLines++;
        Take(whole, in record, lines: 2);
        return true;
    }

    private bool TryContinue(ReadOnlySpan<byte> line)
    {
        line = ByteText.TrimStart(line);
        if (line.IsEmpty || line[0] == '#' || heldLength + 1 + line.Length > held.Length) return false;
        if (!EventTextRecord.TryParse(held.AsSpan(0, heldLength), heads, out var before) || !Continues(in before, line)) return false;
        held[heldLength] = (byte)' ';
        line.CopyTo(held.AsSpan(heldLength + 1));
        var whole = held.AsSpan(0, heldLength + 1 + line.Length);
        if (!EventTextRecord.TryParse(whole, heads, out var record)) return false;
        Counts.JoinedLines++;
        int lines = heldLines + 1;
        heldLength = 0;
        Take(whole, in record, lines);
        return true;
    }

    /// <summary>Prose behind an event that was cut is no part of it: only the words that bodies are made of are.</summary>
    private static bool Continues(in EventTextRecord held, ReadOnlySpan<byte> line)
    {
        var first = new ByteText(line).Word();
        if (held.Event.IsEmpty) return first[^1] == ':';
        if (held.Body.IsEmpty) return true;
        if (held.Body.EndsWith("reason"u8)) return true;
        var word = ByteText.Bare(first);
        if (word.IsEmpty) return false;
        if (word[0] == '(' || ByteText.TryHex(word, out _)) return true;
        int at = BodyWords.IndexOf(word);
        return at > 0 && BodyWords[at - 1] == ' ' && BodyWords[at + word.Length] == ' ';
    }

    /// <summary>Takes what is held as it is.</summary>
    private void Release()
    {
        if (heldLength == 0) return;
        var line = held.AsSpan(0, heldLength);
        heldLength = 0;
        if (!EventTextRecord.TryParse(line, heads, out var record)) return;
        EventTextBody.Read(in record, reasons, out EventTextMeaning meaning);
        bool ofAnExit = meaning.Name is EventTextName.KvmExit or EventTextName.KvmEntry or EventTextName.KvmUserspaceExit;
        if (meaning.WantsMore && ofAnExit) Counts.CutEvents++;
        Give(in record, ref meaning);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Give(in EventTextRecord record, ref EventTextMeaning meaning)
    {
        // "It took 12.5:" is prose.
        if (record.Event.IsEmpty && record.Thread < 0 && record.Cpu < 0) return;
        Counts.Events++;
        if (!TryClock(in record, out ulong time)) return;
        if (record.HasWallClock) Counts.WallClocks++;
        if (meaning.Name == EventTextName.SchedSwitch) Exits.Switch(meaning.Previous, meaning.Next, time, meaning.Preempted);
        if (meaning.Event.Stamp == 0) return;
        long key = KeyOf(in record, in meaning);
        if (Exits.Find(key, meaning.Event.Stamp) is not { } thread) return;
        if (meaning.Nanoseconds > 0) Exits.Counts.AddWakeup(meaning.Polled, meaning.Nanoseconds);
        if (meaning.Name == EventTextName.KvmNestedVmexit) Counts.NestedExits++;
        if (thread.Name.Length == 0 && !record.Comm.IsEmpty
            && !record.Comm.SequenceEqual("<...>"u8)) thread.Name = Encoding.UTF8.GetString(record.Comm);
        if (record.Process >= 0) thread.Process = record.Process;
        ref KernelEvent e = ref meaning.Event;
        (e.Tsc, e.Pid, e.InterruptsOff) = (time, record.Thread >= 0 ? (int)record.Thread : 0, record.InterruptsOff);
        Exits.Add(thread, record.Cpu, meaning.Vcpu, in e);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryClock(in EventTextRecord record, out ulong time)
    {
        if (form is null)
        {
            (form, decimals) = (record.Form, record.Decimals);
            divisor = form == StampForm.Seconds && decimals <= 6 ? NanosecondsPerMicrosecond : 1;
        }
        // A constant divides faster.
        time = divisor == NanosecondsPerMicrosecond ? record.Time / NanosecondsPerMicrosecond : record.Time;
        if (record.Form != form)
        {
            Counts.OtherClocks++;
            return false;
        }
        if (record.Decimals > 6 && decimals <= 6) Counts.FinerStamps++;
        bool back = record.Time + BackwardsTolerance < lastTime;
        bool jump = foreignSince && record.Time > lastTime + ForwardJump && form == StampForm.Seconds;
        if (lastTime != 0 && (back || jump)) Exits.NewRecording();
        foreignSince = false;
        lastTime = record.Time;
        return true;
    }

    /// <summary>The thread where the line says it; else its name, its vCPU, or at worst its CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long KeyOf(in EventTextRecord record, in EventTextMeaning meaning)
    {
        if (record.Thread >= 0) return record.Thread;
        Counts.WithoutThread++;
        if (!record.Comm.IsEmpty) return unnamed.ByName(record.Comm);
        if (meaning.Vcpu >= 0) return unnamed.ByVcpu(meaning.Vcpu, record.Cpu);
        if (!unnamed.TryByCpu(record.Cpu, out long key)) Counts.WithoutThreadByCpu++;
        return key;
    }

    private bool AddOther(ReadOnlySpan<byte> line)
    {
        line = ByteText.TrimStart(line);
        if (line.IsEmpty) return false;
        if (EventTextMarks.StartsRecording(line)) Exits.NewRecording();
        else if (EventTextMarks.TryLoss(line, out int cpu, out long lost)) Exits.Lost(cpu, lost);
        else if (EventTextMarks.TryOverwritten(line, out long overwritten)) Counts.Overwritten += overwritten;
        else if (line[0] == '#') return true;
        else if (line.StartsWith("kvm_exit:"u8)) Counts.UntimedExits++;
        else if (line.StartsWith("kvm_entry:"u8)) Counts.UntimedEntries++;
        else
        {
            headIsThread = EventTextMarks.IsThread(line);
            if ((headIsThread || EventTextMarks.IsHead(line)) && line.Length < head.Length)
            {
                line.CopyTo(head);
                headLength = line.Length;
                return true;
            }
            if (EventTextMarks.LeavesOut(line) && lastTime != 0)
            {
                Counts.Elisions++;
                Exits.LeftOut();
            }
            else if (!EventTextMarks.IsOfStack(line) && line.IndexOf("PERF_RECORD_"u8) < 0) foreignSince = true;
            return false;
        }
        return true;
    }

    /// <summary>A mail's answer has "> " before each line that it quotes.</summary>
    private static ReadOnlySpan<byte> WithoutQuote(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOfAnyExcept((byte)' ');
        if (first >= 0 && line[first] != '>' && !ByteText.IsSpace(line[first])) return line;
        int i = 0, end = 0;
        while (i < line.Length && (line[i] == '>' || ByteText.IsSpace(line[i])))
        {
            i++;
            if (line[i - 1] == '>') end = i;
        }
        return line[end..];
    }
}

using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// The sentences about what an import met; all of them are here, so that all formats say the same thing in the same words.
/// </summary>
internal sealed class ImportFindings(TraceClock clock)
{
    private readonly List<Finding> found = [];

    internal IReadOnlyList<Finding> All => found;

    private string Unit => clock.Hertz == 0 ? "ticks" : clock.Symbol;

    /// <param name="grain">The step of the clock in its unit: 10,000 µs where stamps have two decimals.</param>
    internal void AddPairing(PairingCounts c, long grain = 1)
    {
        if (c.Exits > 0 && c.Entries == 0) AddExitsAlone(c);
        AddAgreed(FindingKind.ExitBeginsBefore, c.Headless,
            $"{c.Headless:N0} [exits have|exit has] no kvm_exit: the recording begins in the middle of [them|it], "
            + $"or it was lost; [they are|it is] in no figure{Userspace(c)}.");
        bool alone = c.Entries == 0;
        if (!alone) AddAgreed(FindingKind.ExitWithoutEntry, c.UnpairedByNextExit,
            $"{c.UnpairedByNextExit:N0} [exits are|exit is] followed by the thread's next one without kvm_entry: entered again by a "
                + "fast path that traces no entry, or it was lost; [they have|it has] no duration.");
        AddAgreed(FindingKind.ExitOverlapsLoss, c.UnpairedByLoss,
            $"{c.UnpairedByLoss:N0} [exits overlap|exit overlaps] a place where the recording lost events; "
            + "[they have|it has] no duration.");
        AddAgreed(FindingKind.ExitEndsAfter, c.UnpairedByEnd, $"{c.UnpairedByEnd:N0} [exits have|exit has] not ended where the recording "
            + "ends; [they have|it has] no duration.");
        AddAgreed(FindingKind.ExitEndsRecording, c.UnpairedByRecording,
            $"{c.UnpairedByRecording:N0} [exits have|exit has] not ended where one recording ends and "
            + "the next begins; [they have|it has] no duration.");
        AddAgreed(FindingKind.ExitBeforeBackwards, c.UnpairedByBackwards,
            $"{c.UnpairedByBackwards:N0} [exits are|exit is] followed by an earlier time of the "
            + "same thread, which is another recording; [they have|it has] no duration.");
        Add(FindingKind.SeveralRecordings, c.Recordings,
            $"The file holds {c.Recordings + 1:N0} recordings; no exit is paired across them.");
        AddAgreed(FindingKind.TimeBackwards, c.Backwards,
            $"The time of a thread runs backwards {c.Backwards:N0} [times|time]; nothing is paired across such a "
            + "place.");
        AddAgreed(FindingKind.EventsLost, c.Losses, c.LostEvents > 0
            ? $"The recording lost {c.LostEvents:N0} {(c.LostEvents == 1 ? "event" : "events")} in {c.Losses:N0} [places|place]; exits "
                + "that overlap one have no duration, and the "
                + "totals lack what was lost."
            : $"The recording lost events in {c.Losses:N0} [places|place] and does not say how many; exits that overlap one have no "
                + "duration, and "
                + "the totals lack what was lost.");
        AddAgreed(FindingKind.ExitMoved, c.Moved, $"{c.Moved:N0} [exits|exit] began on one CPU and ended on another; "
            + "[they are paired by their|it is paired by its] thread.");
        string step = clock.Hertz == 0 ? "one tick" : $"{grain:N0} {Unit}";
        Add(FindingKind.BelowGrain, c.BelowGrain,
            $"{c.BelowGrain:N0} of {c.Paired:N0} paired exits begin and end at the same reading of the "
            + $"clock: they took less than its grain of {step}, not no time.");
        AddAgreed(FindingKind.ExitTooLong, c.DroppedEvents,
            $"{c.DroppedEvents:N0} [events are|event is] of exits with more than {ExitClass.MaxStamps} stamps and "
            + "[were|was] left out.");
        AddAgreed(FindingKind.TooManyThreads, c.EventsOfTooManyThreads,
            $"{c.EventsOfTooManyThreads:N0} [events are|event is] of more threads than can be told "
            + "apart and [were|was] left out.");
        AddAgreed(FindingKind.EntryTakenForExit, c.Resynchronised,
            $"{c.Resynchronised:N0} [times|time] an RCU note turned out to be an exit's instead of an "
            + "entry's.");
        AddIdle(c);
    }

    internal void AddText(EventTextCounts c)
    {
        AddAgreed(FindingKind.EventsLost, c.Elisions,
            $"The text leaves events out in {c.Elisions:N0} [places, as its dots|place, as its dots] say; exits that overlap "
            + "one have no duration.");
        AddAgreed(FindingKind.LinesJoined, c.JoinedLines,
            $"{c.JoinedLines:N0} [lines were|line was] wrapped by a mail program and joined with the line before.");
        AddAgreed(FindingKind.EventsCut, c.CutEvents, $"{c.CutEvents:N0} [events of exits end|event of an exit ends] in the middle; "
            + "what is missing of [them|it] is unknown.");
        AddAgreed(FindingKind.ForeignLines, c.ForeignLines, $"{c.ForeignLines:N0} of {c.Lines:N0} lines "
            + "[are no events and were|is no event and was] passed over.");
        AddAgreed(FindingKind.TwoClocks, c.WallClocks,
            $"{c.WallClocks:N0} [lines have|line has] two clocks: the date and time of day are those of printing; "
            + "durations are from the other one.");
        AddAgreed(FindingKind.OtherClock, c.OtherClocks,
            $"{c.OtherClocks:N0} [events have stamps|event has a stamp] of another kind than the first one, which cannot "
            + "be put in order with it; [they were|it was] left out.");
        AddAgreed(FindingKind.FinerStamps, c.FinerStamps,
            $"{c.FinerStamps:N0} [events have|event has] more digits than the first one; [they were|it was] cut to its grain.");
        AddAgreed(FindingKind.NoThread, c.WithoutThread,
            $"{c.WithoutThread:N0} [events name no thread; they are|event names no thread; it is] told apart by the "
            + "thread's name or by the vCPU that events name.");
        AddAgreed(FindingKind.PairedByCpu, c.WithoutThreadByCpu,
            $"{c.WithoutThreadByCpu:N0} [events name|event names] neither thread nor vCPU; the CPU stands for "
            + "it, which is wrong where a vCPU moves.");
        long untimed = c.UntimedExits + c.UntimedEntries;
        AddAgreed(FindingKind.NoTime, untimed,
            $"{c.UntimedExits:N0} kvm_exit and {c.UntimedEntries:N0} kvm_entry [lines have no time; they are|line has no time; it is] "
            + "in no figure.");
        AddAgreed(FindingKind.LongLines, c.LongLines, $"{c.LongLines:N0} [lines are too long for events and were|line is too long for an event "
            + "and was] passed over.");
        AddAgreed(FindingKind.EventsOverwritten, c.Overwritten,
            $"{c.Overwritten:N0} [events were|event was] overwritten before the first one that is there: the "
            + "recording begins later than it was started.");
        AddAgreed(FindingKind.NestedExits, c.NestedExits,
            $"{c.NestedExits:N0} [exits are|exit is] of a guest's own guest (kvm_nested_vmexit): what the nested "
            + "hypervisor sees is inside the exits shown.");
    }

    internal void AddAll(IEnumerable<Finding> findings) => found.AddRange(findings);

    internal void AddClasses(long foldedSubkeys, long foldedSignatures)
    {
        AddAgreed(FindingKind.SubkeysFolded, foldedSubkeys,
            $"{foldedSubkeys:N0} [exits have their|exit has its] reason without its subkey, because there are too many "
            + "different ones.");
        AddAgreed(FindingKind.SignaturesFolded, foldedSignatures,
            $"{foldedSignatures:N0} [exits have their|exit has its] two ends only, because there are too many "
            + "different sequences of events.");
    }

    internal void AddClock()
    {
        if (clock.Hertz == 0) Add(FindingKind.ClockRateUnknown, 1,
            "The stamps are ticks of a clock whose rate the recording does not say (TSC or "
            + "counter): durations are in ticks, not in time.");
    }

    /// <summary>A recording of xentrace without exits.</summary>
    internal void AddNoXenExits(long records) => Add(FindingKind.NoExitsRecorded, 1, $"None of {records:N0} records is a VMEXIT of a vCPU "
        + "that is known: record the classes hvm and sched (xentrace -e 0x0008f000 -e 0x0002f000, or -e all).");

    internal void AddXen(XentraceReader reader)
    {
        AddAgreed(FindingKind.NoThread, reader.WithoutVcpu,
            $"{reader.WithoutVcpu:N0} [records are of CPUs of which no record before them|record is of a CPU of which no record before it] "
            + "says who runs there; [they were|it was] left out.");
        AddAgreed(FindingKind.NoTime, reader.WithoutTime, $"{reader.WithoutTime:N0} [exits and entries have no time; they were|exit or entry "
            + "has no time; it was] left out.");
        (int from, int to) = reader.SkewedCpus;
        AddAgreed(FindingKind.TimeBackwards, reader.Skews,
            $"The TSCs of CPUs differ: {reader.Skews:N0} [times|time] a vCPU began to run on one CPU before "
            + $"it had left another, by {reader.MostSkew:N0} ticks at most (from CPU {from} to CPU {to}); nothing is paired across such a "
            + "place.");
    }

    internal void AddNoExits(long events, bool byNotes)
    {
        Add(FindingKind.NoExitsRecorded, 1, events == 0
            ? "The file has no event with a time in a form that is known, so there are no exits."
            : byNotes ? $"None of {events:N0} events is a border of an exit."
            : $"None of {events:N0} events is kvm_exit with a time: there are no exits. Record kvm:kvm_exit and kvm:kvm_entry.");
    }

    /// <summary>A live recording without exits.</summary>
    internal void AddNothingSeen(long events) => Add(FindingKind.NoExitsRecorded, 1, events == 0
        ? "The machine made no exit while it was recorded: is it paused, or does it halt all the time?"
        : $"None of {events:N0} events is a border of an exit.");

    /// <summary>What the totals can be at most where events were lost.</summary>
    /// <param name="exits">Those that were seen.</param>
    internal void AddBounds(PairingCounts c, IReadOnlyList<(int Cpu, long Lost)> buffers, long exits)
    {
        if (c.LostEvents == 0) return;
        // An exit that nobody saw has lost two events at least; at each end of a hole one half of an exit may have been seen.
        long most = (c.LostEvents + c.Holes + 1) / 2;
        string where = string.Join(", ", buffers.Where(b => b.Lost > 0).Select(b => $"CPU {b.Cpu}: {b.Lost:N0}"));
        AddAgreed(FindingKind.TotalsBounded, c.LostEvents, $"{c.LostEvents:N0} [events were|event was] lost ({where}): the machine made "
            + $"{exits:N0} to "
            + $"{exits + most:N0} exits, and their time is short of at most {c.HoleTicks:N0} {Unit}, for which the threads were not seen.");
    }

    internal void Add(FindingKind kind, long count, string text)
    {
        if (count > 0) found.Add(kind.Of(count, text));
    }

    /// <param name="text">Agrees with the count (<see cref="Agreement"/>), so it must hold nothing that a file says.</param>
    internal void AddAgreed(FindingKind kind, long count, string text) => Add(kind, count, Agreement.Of(count, text));

    private void AddExitsAlone(PairingCounts c)
    {
        string gaps = "";
        if (c.Gaps is > 0 and <= PairingCounts.ListedGaps) gaps = $" From exit to exit: {string.Join(' ', c.FirstGaps)} {Unit}.";
        else if (c.Gaps > 0)
        {
            gaps = $" From exit to exit: {c.Gaps:N0} gaps of {Number(c.GapSum / (double)c.Gaps)} {Unit} on average, {c.GapMin:N0} to "
                + $"{c.GapMax:N0}.";
        }
        AddAgreed(FindingKind.NoEntries, c.Exits, $"Only kvm_exit was recorded ({c.Exits:N0} [exits|exit], no kvm_entry): no exit has a "
            + $"duration.{gaps} "
            + "Record kvm:kvm_entry too.");
    }

    private void AddIdle(PairingCounts c)
    {
        if (c.Polls > 0) AddAgreed(FindingKind.HaltPolling, c.Polls,
            $"In {c.Polls:N0} [halts|halt] the host polled for {Number(c.PolledNanoseconds / 1000.0)} "
            + "µs in all, which is part of the exits' time.");
        if (c.Waits > 0) AddAgreed(FindingKind.HaltWaiting, c.Waits,
            $"In {c.Waits:N0} [halts|halt] the vCPU slept for {Number(c.WaitedNanoseconds / 1000.0)} "
            + "µs in all, which is part of the exits' time.");
        if (c.OffCpu > 0)
        {
            AddAgreed(FindingKind.OffCpu, c.OffCpu, $"vCPU threads were off their CPU {c.OffCpu:N0} [times|time] for {c.OffCpuTicks:N0} {Unit} "
                + "in all, "
                + $"{c.OffCpuTicksInExits:N0} of them inside exits; "
                + $"{c.Preemptions:N0} {(c.Preemptions == 1 ? "time" : "times")} they were taken off while they could run.");
        }
    }

    private string Userspace(PairingCounts c) => c.HeadlessUserspaceExits == 0 ? ""
        : $"; in {c.HeadlessUserspaceExits:N0} of them user space is known to have taken {c.HeadlessUserspace:N0} {Unit} in all";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}

using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What speaks against a trace as a whole, counted while it is read.</summary>
internal sealed class TraceFindings
{
    /// <summary>Ticks per second of the times in /proc/stat: always 100 for user space.</summary>
    private const int UserHertz = 100;

    private long eintr;
    private long collections;
    private long switches;
    private long stealTicks;

    public long LostEvents { get; private set; }

    public long WarmUp { get; set; }

    public long CoolDown { get; set; }

    /// <summary>Exits of batches whose block the trace does not have.</summary>
    public long Homeless { get; set; }

    public long BadBlocks { get; set; }

    public long DamagedBatches { get; set; }

    /// <summary>With those that follow them in their batches.</summary>
    public long ExitsOfLostClasses { get; set; }

    public bool EndedEarly { get; set; }

    public void Add(Block block)
    {
        LostEvents += block.LostEvents;
        if (block.Calibration) return;
        eintr += block.Eintr;
        collections += block.Collections;
        switches += block.InvoluntarySwitches;
        stealTicks += block.StealTicks;
    }

    /// <summary>Adds what was counted elsewhere of the same trace.</summary>
    public void Absorb(TraceFindings other)
    {
        eintr += other.eintr;
        collections += other.collections;
        switches += other.switches;
        stealTicks += other.stealTicks;
        LostEvents += other.LostEvents;
        WarmUp += other.WarmUp;
        CoolDown += other.CoolDown;
        Homeless += other.Homeless;
        BadBlocks += other.BadBlocks;
        DamagedBatches += other.DamagedBatches;
        ExitsOfLostClasses += other.ExitsOfLostClasses;
        EndedEarly |= other.EndedEarly;
    }

    public void Save(SumsWriter to)
    {
        ReadOnlySpan<long> numbers =
        [
            eintr, collections, switches, stealTicks,
            LostEvents, WarmUp, CoolDown, Homeless, BadBlocks, DamagedBatches, ExitsOfLostClasses,
        ];
        // What a damaged trace counts may be negative.
        foreach (long number in numbers) to.Unsigned(unchecked((ulong)number));
        to.Flag(EndedEarly);
    }

    /// <summary>Takes over what was saved.</summary>
    public void Restore(SumsReader from)
    {
        (eintr, collections, switches, stealTicks) = (Next(), Next(), Next(), Next());
        (LostEvents, WarmUp, CoolDown, Homeless) = (Next(), Next(), Next(), Next());
        (BadBlocks, DamagedBatches, ExitsOfLostClasses) = (Next(), Next(), Next());
        EndedEarly = from.Flag();

        long Next() => unchecked((long)from.Unsigned());
    }

    public void Report(TraceHeader header, BlockStates blocks, List<Finding> findings)
    {
        (long calibration, long unused, long missing, long surplus) = (blocks.Calibration, blocks.Unused, blocks.Missing, blocks.Surplus);

        Report(FindingKind.LostEvents, LostEvents, $"The kernel lost {LostEvents:N0} [events|event].");
        Report(FindingKind.Eintr, eintr, $"Signals interrupted KVM_RUN {Often(eintr)}.");
        Report(FindingKind.GarbageCollection, collections, $"The recorder collected garbage {Often(collections)} during blocks.");
        Report(FindingKind.Preempted, switches, $"The vCPU thread was taken off its CPU {Often(switches)} during blocks.");
        double stolen = (double)stealTicks * header.Clock.Hertz / UserHertz;
        Report(FindingKind.Steal, stealTicks,
            $"The hypervisor took the CPU away for about {stolen:N0} {header.Clock.Symbol} during blocks.");
        Report(FindingKind.WarmUp, WarmUp,
            $"{WarmUp:N0} [exits right after a switch of events or settings are|exit right after a switch of events or settings is] in "
                + "the trace and in no figure.");
        Report(FindingKind.CoolDown, CoolDown,
            $"{CoolDown:N0} [exits|exit] ended when another vCPU of [their|its] block had made all of its own already: [they are|it is] "
                + "in the trace and in no figure.");
        Report(FindingKind.Calibration, calibration,
            $"{calibration:N0} [exits|exit] only served to find the host's own signature and [are|is] in no figure.");
        Report(FindingKind.UnusedEvents, unused,
            $"{unused:N0} [exits are in no figure: the tables have no use for the events of their blocks, or do not know their|exit is "
                + "in no figure: the tables have no use for the events of its block, or do not know its] configuration.");
        Report(FindingKind.EndedEarly, EndedEarly ? 1 : 0, "The recording was ended before its time.");
        Report(FindingKind.MissingExits, missing, $"{missing:N0} [exits that the trace announces are|exit that the trace announces is] "
            + "not in it.");
        Report(FindingKind.LostClass, ExitsOfLostClasses,
            $"{ExitsOfLostClasses:N0} [exits cannot be read and are|exit cannot be read and is] in no figure: the trace has lost the "
                + "definition of [their class, or they follow such an exit in its|its class, or it follows such an exit in its] batch.");
        Report(FindingKind.SurplusExits, surplus, $"{surplus:N0} [exits are|exit is] in the trace that no block announces.");
        Report(FindingKind.UnknownBlock, Homeless,
            $"{Homeless:N0} [exits are in no figure: the trace does not describe their|exit is in no figure: the trace does not describe "
                + "its] block.");
        Report(FindingKind.BadBlock, BadBlocks,
            $"{BadBlocks:N0} [blocks have|block has] a number that is taken or a configuration that the trace does not have.");
        Report(FindingKind.DamagedBatch, DamagedBatches,
            $"{DamagedBatches:N0} [batches of exits are damaged; what follows the damage in them|batch of exits is damaged; what follows "
                + "the damage in it] is in no figure.");

        void Report(FindingKind kind, long count, string text)
        {
            if (count != 0) findings.Add(kind.Of(count, Agreement.Of(count, text)));
        }
    }

    private static string Often(long times) => times == 1 ? "once" : $"{times:N0} times";
}

using System.Globalization;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>What a reader of the trace has to know of the host, and of what happened next to the exits.</summary>
internal static class RecordingFindings
{
    /// <summary>Before the first block.</summary>
    public static void ReportHost(RecordingSetup setup, Machines machines)
    {
        FindingLedger findings = setup.Findings;
        if (!setup.Vcpus.BuffersLocked || machines.WithEmptyLoops.Any(m => m.Guests.Any(g => !g.MemoryLocked)))
        {
            findings.Add(
                FindingKind.MemoryNotLocked,
                "Not all memory of the guest and of the stamps could be locked (raise RLIMIT_MEMLOCK): a page fault may fall into an exit."
            );
        }
        TscTrust.Report(findings, setup.Unit);
        if (setup.Backend == Backend.Unknown)
        {
            findings.Add(
                FindingKind.UnknownBackend,
                "Neither kvm_intel nor kvm_amd nor kvm_pvm shows under /sys/module: what the kernel's events mean here is not known."
            );
        }
    }

    /// <summary>After the last block.</summary>
    /// <param name="machines">Those of all configurations; where VMs were recreated the latest, which know the counts of all.</param>
    /// <param name="readers">What went wrong while the events of this recording were read.</param>
    public static void ReportBlocks(RecordingSetup setup, IEnumerable<Machine> machines, BlockRunner runner, ReaderCounts readers)
    {
        FindingLedger findings = setup.Findings;
        findings.Add(
            FindingKind.StampsLeftOut,
            $"Stamps of exits with more than {ExitClass.MaxStamps} of them were left out.",
            runner.LeftOut
        );
        findings.Add(
            FindingKind.EventsBetweenExits,
            "Kernel events lie between two exits, where something interrupted the guest's own loop: they are in no exit.",
            setup.Trial.Mode.Native ? runner.Between : 0
        );
        findings.Add(
            FindingKind.TscOffset,
            "The offset of the guests' TSC from the host's changed while they ran: stages between guest and host are wrong by that.",
            machines.Count(m => m.Guests.Any(g => g.TscOffsetMoved))
        );
        findings.Add(FindingKind.OutOfOrder, "Exits in which guest and VMM stamps contradict each other.", runner.OutOfOrder);
        findings.Add(FindingKind.DamagedEvents, "Pages or records of the kernel's ring buffer could not be read.", readers.Damaged);
        findings.Add(
            FindingKind.ForeignEvents,
            "Kernel events on a vCPU's CPU are not of its thread: they are in no exit.",
            readers.Foreign
        );
        findings.Add(
            FindingKind.LateKvmExit,
            "kvm_exit was written with interrupts on again (SVM before Linux 6.12): where a host interrupt ended the guest, its handler ran before the event and looks like the guest's time or the stage exit.",
            readers.Late
        );
        foreach (Machine machine in machines.Where(m => m.Guest.Emulator != null))
            ReportCache(findings, machine);
        foreach (Machine machine in machines)
            ReportWriter(findings, machine);
    }

    /// <summary>
    /// What the instruction cache did, warm-up and calibration included: with these figures a reader can tell a configuration that hits
    /// from one that misses.
    /// </summary>
    private static void ReportCache(FindingLedger findings, Machine machine)
    {
        CacheCounters c = machine.Cache;
        if (c == default)
            return;
        findings.Add(
            FindingKind.InstructionCache,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Instruction cache of {machine.Configuration.Name}: {c.Hits:N0} hits, {c.Misses:N0} misses, {c.Evictions:N0} evictions, {c.Invalidations:N0} invalidations, {c.ProtectedWrites:N0} writes to protected pages carried out."
            ),
            Math.Max(1, c.Hits + c.Misses),
            machine.Configuration.Name
        );
    }

    /// <summary>What its readers cost a writer of the bus, warm-up and calibration included.</summary>
    private static void ReportWriter(FindingLedger findings, Machine machine)
    {
        if (machine.Companion is not BusWriter writer)
            return;
        findings.Add(
            FindingKind.BusUpdates,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The bus of {machine.Configuration.Name} was changed {writer.Updates:N0} times beside the exits: {writer.MeanCycles:N0} cycles a change, the longest {writer.LongestCycles:N0}."
            ),
            writer.Updates,
            machine.Configuration.Name
        );
    }
}

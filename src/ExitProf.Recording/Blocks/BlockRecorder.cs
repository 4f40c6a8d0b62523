using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>Runs blocks and writes them. The trace begins with the header and what calibration found, and ends with the findings.</summary>
internal sealed class BlockRecorder
{
    private readonly RecordingSetup setup;
    private readonly BlockRunner runner;
    private readonly ExitClasses classes;
    private readonly ExitEncoder encoder;
    private readonly int grain = Tsc.MeasureGrain();
    private readonly ReaderCounts before;
    private readonly ulong[] totals = new ulong[GuestLayout.MaxExits];
    private int blockIndex;
    private int toldFindings;

    private BlockRecorder(RecordingSetup setup, long tscHertz)
    {
        (this.setup, TscHertz) = (setup, tscHertz);
        runner = new BlockRunner(setup.Vcpus, setup.Tracing);
        before = ReaderCounts.Of(setup.Tracing);
        classes = new ExitClasses(setup.Sink);
        encoder = new ExitEncoder(setup.Sink, grain);
    }

    /// <summary>Calibrates, and writes the header and the exits that calibration made.</summary>
    /// <param name="looks">How often a comparison of two sides is looked at; 0 for any other recording.</param>
    /// <param name="calibrationExits">See <see cref="SweepOptions.CalibrationExits"/>.</param>
    public static BlockRecorder Begin(
        RecordingSetup setup,
        Machines machines,
        ulong seed,
        int looks = 0,
        int calibrationExits = Calibration.ExitsPerBlock
    )
    {
        var recorder = new BlockRecorder(setup, machines.All[0].Guest.Vcpu.TscHertz);
        RecordingFindings.ReportHost(setup, machines);
        var calibration = new CalibrationPhase(setup, recorder.runner, recorder.classes, recorder.grain)
        {
            ExitsPerBlock = calibrationExits,
        };
        calibration.Run(machines.WithEmptyLoops);
        setup.Sink.Header(RecordingHeader.Of(setup, machines, recorder.grain, calibration.ProbeFloor, seed) with { Looks = looks });
        // What is known before the first round is said before it: a part of a recording has it too.
        recorder.TellFindings();
        foreach (KeptBlock block in calibration.Blocks) recorder.Write(block);
        return recorder;
    }

    /// <inheritdoc cref="RecordingSetup.Traced"/>
    public EventGroups Traced => setup.Traced;

    public long TscHertz { get; }

    /// <summary>Written so far.</summary>
    public long Exits => encoder.Exits;

    /// <inheritdoc cref="BlockRunner.Enable"/>
    public void Enable(EventGroups events, Stamp leftOut = Block.AllOn) => runner.Enable(events, leftOut);

    /// <summary>
    /// An event of each kind that the calibrated exits have, by one of its stamps, where leaving out its group is not the same.
    /// </summary>
    public IReadOnlyList<Stamp> SeparateEvents =>
        setup.Tracing is not { Events: var set } ? [] :
        [
            .. classes.Calibrated.Where(s => set.NameOf(s) != null).DistinctBy(set.NameOf)
                .Where(s => set.Events[s.Group()].Count > 1).OrderBy(s => s),
        ];

    /// <summary>Runs a block and writes it, for each vCPU one.</summary>
    /// <param name="exits">Exits of each vCPU.</param>
    /// <param name="warmUp">How many of them, the first ones, are not to be used.</param>
    /// <param name="leftOut">The event that was left out.</param>
    /// <returns>How many are to be used.</returns>
    public int Record(Machine machine, int exits, int warmUp, EventGroups events, int round, int quad = Block.NoQuad,
        Stamp leftOut = Block.AllOn)
    {
        BlockRun[] runs = runner.Run(machine, exits, events);
        var common = Overlap.Of([.. runs.Select((_, i) => (machine.Ends(exits, i)[0], machine.Ends(exits, i)[^1]))]);
        int used = 0;
        for (int i = 0; i < runs.Length; i++)
        {
            BlockRun run = runs[i];
            ReadOnlySpan<ulong> ends = machine.Ends(exits, i);
            (int cold, int alone) = common.Outside(ends, warmUp);
            var block = new Block(
                blockIndex++,
                machine.Index,
                events,
                round,
                Calibration: false,
                run.Run.StartTsc,
                run.Run.EndTsc,
                exits,
                cold,
                MedianTotal(ends, cold, alone),
                run.Run.Eintr,
                run.Collections,
                run.VoluntarySwitches,
                run.InvoluntarySwitches,
                run.StealTicks,
                run.Lost,
                quad,
                i,
                alone,
                leftOut
            );
            setup.Sink.Block(block);
            encoder.Begin(block.Index, i);
            runner.Assemble(machine, i, exits, events, (signature, stamps) => encoder.Add(classes.Of(machine.Workload, signature), stamps));
            encoder.Flush();
            CheckClock(ends, run.Run);
            used += block.Used;
        }
        return used;
    }

    /// <summary>Switches the events off, and writes the findings and the end.</summary>
    /// <param name="machines">Those of all configurations; where VMs were recreated the latest, which know the counts of all.</param>
    public void End(IEnumerable<Machine> machines, bool interrupted)
    {
        Enable(EventGroups.None);
        RecordingFindings.ReportBlocks(setup, machines, runner, ReaderCounts.Of(setup.Tracing).Since(before));
        TellFindings();
        setup.Sink.End(new TraceTotals(encoder.Exits, encoder.Batches, blockIndex, classes.Count, toldFindings, interrupted));
    }

    private void TellFindings()
    {
        IReadOnlyList<Finding> untold = setup.Findings.Untold();
        foreach (Finding finding in untold) setup.Sink.Finding(finding);
        toldFindings += untold.Count;
    }

    private void Write(KeptBlock kept)
    {
        setup.Sink.Block(kept.Block);
        encoder.Begin(kept.Block.Index, kept.Block.Vcpu);
        foreach (var (signature, stamps) in kept.Exits) encoder.Add(classes.Of(kept.Workload, signature.AsSpan()), stamps);
        encoder.Flush();
        blockIndex++;
    }

    private double MedianTotal(ReadOnlySpan<ulong> guest, int warmUp, int coolDown)
    {
        int used = 0;
        for (int i = 2 * warmUp; i < guest.Length - 2 * coolDown; i += 2) totals[used++] = guest[i + 1] - guest[i];
        return GroupedMedian.Of(totals.AsSpan(0, used), grain);
    }

    /// <summary>A guest on another clock than the host would show stamps outside its own run.</summary>
    private void CheckClock(ReadOnlySpan<ulong> guest, in RunResult run)
    {
        if (guest[0] < run.StartTsc || guest[^1] > run.EndTsc)
        {
            setup.Findings.Add(
                FindingKind.TscMismatch,
                "The guest's stamps of a block lie outside the time in which it ran: its TSC is not the host's, stages between guest and host are wrong."
            );
        }
    }
}

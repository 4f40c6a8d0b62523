using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>A block of calibration, kept in memory: it is older than the trace's header, which needs what it found.</summary>
internal sealed record KeptBlock(Block Block, Workload Workload, IReadOnlyList<(ImmutableArray<Stamp> Signature, ulong[] Stamps)> Exits);

/// <summary>
/// The start of a recording: a few blocks with and without events, to find the host's signatures and the floor of a probe.
/// </summary>
internal sealed class CalibrationPhase(RecordingSetup setup, BlockRunner runner, ExitClasses classes, int grain)
{
    private readonly List<KeptBlock> blocks = [];
    private readonly FindingLedger findings = setup.Findings;
    private bool floorIsUpperBound;

    public int ExitsPerBlock { get; init; } = Calibration.ExitsPerBlock;

    /// <summary>In order of time.</summary>
    public IReadOnlyList<KeptBlock> Blocks => blocks;

    /// <summary>What a kernel event costs at least, in cycles; 0 if it is not known.</summary>
    public double ProbeFloor { get; private set; }

    public void Run(IEnumerable<Machine> machines)
    {
        EventGroups traced = setup.Traced;
        foreach (Machine machine in machines)
        {
            var untracedExits = new Calibration();
            var tracedExits = new Calibration();
            for (int i = 0; i < Calibration.Blocks; i++)
            {
                RunBlock(machine, EventGroups.None, untracedExits);
                if (traced != EventGroups.None && !machine.Configuration.IsEmptyLoop) RunBlock(machine, traced, tracedExits);
            }
            // There is no header yet to look it up by: it needs what calibration finds.
            BorderRow row = BorderTable.Row(
                machine.Workload.Kind,
                machine.Workload.Destination,
                setup.Backend,
                vmmStamps: true,
                emulated: !setup.Trial.Mode.Native
            );
            Choose(machine, untracedExits, row);
            if (tracedExits.Total == 0) continue;
            Choose(machine, tracedExits, row);
            Calibration floor = tracedExits;
            if (setup.Tracing!.CanCalibrateFloor && !traced.HasFlag(EventGroups.Rcu))
            {
                floor = new Calibration();
                for (int i = 0; i < Calibration.Blocks; i++) RunBlock(machine, traced | EventGroups.Rcu, floor);
            }
            Lower(floor);
        }
        if (ProbeFloor > 0 && floorIsUpperBound)
        {
            findings.Add(
                FindingKind.ProbeFloorBound,
                "There are no two events with nothing between them on this host: the floor of a probe is the smallest gap of an exit and may hold some of the kernel's own work."
            );
        }
    }

    /// <summary>The least floor of all configurations counts; one between two notes with nothing between them before any other.</summary>
    private void Lower(Calibration found)
    {
        if (double.IsNaN(found.ProbeFloor))
            return;
        bool better =
            ProbeFloor == 0
            || (floorIsUpperBound && !found.FloorIsUpperBound)
            || (floorIsUpperBound == found.FloorIsUpperBound && found.ProbeFloor < ProbeFloor);
        if (better)
            (ProbeFloor, floorIsUpperBound) = (found.ProbeFloor, found.FloorIsUpperBound);
    }

    private void RunBlock(Machine machine, EventGroups events, Calibration calibration)
    {
        bool whole = machine.Workload.Unit != null || machine.Call != null;
        int exitsOfBlock = Math.Min(whole ? Calibration.UnitsPerBlock : ExitsPerBlock, machine.MostExits);
        runner.Enable(events);
        BlockRun[] runs = runner.Run(machine, exitsOfBlock, events);
        for (int i = 0; i < runs.Length; i++) Keep(machine, i, runs[i], exitsOfBlock, events, calibration);
    }

    private void Keep(Machine machine, int vcpu, BlockRun run, int exitsOfBlock, EventGroups events, Calibration calibration)
    {
        var exits = new List<(ImmutableArray<Stamp>, ulong[])>(exitsOfBlock);
        runner.Assemble(machine, vcpu, exitsOfBlock, events, (signature, stamps) =>
        {
            calibration.Add(signature, stamps);
            exits.Add(([.. signature], stamps.ToArray()));
        });
        calibration.EndBlock(grain);
        var block = new Block(
            blocks.Count,
            machine.Index,
            events,
            Round: -1,
            Calibration: true,
            run.Run.StartTsc,
            run.Run.EndTsc,
            exitsOfBlock,
            WarmUp: exitsOfBlock,
            MedianCycles: double.NaN,
            run.Run.Eintr,
            run.Collections,
            run.VoluntarySwitches,
            run.InvoluntarySwitches,
            run.StealTicks,
            run.Lost,
            Vcpu: vcpu
        );
        blocks.Add(new KeptBlock(block, machine.Workload, exits));
    }

    private void Choose(Machine machine, Calibration calibration, BorderRow row)
    {
        if (calibration.Signature(row) is not { } signature)
        {
            findings.Add(
                FindingKind.NoSignature,
                $"The border table explains none of the signatures of {Where(machine)} on this host ({setup.Backend.Name()}): no stage can be told."
            );
            return;
        }
        classes.Calibrate(signature);
        double share = calibration.Share(signature);
        if (share < 0.5)
        {
            findings.Add(
                FindingKind.WeakSignature,
                $"Only {share:P0} of the calibration's exits of {Where(machine)} have the most frequent signature that the border table explains."
            );
        }
    }

    private string Where(Machine machine) =>
        machine.Configuration.Settings.IsEmpty ? $"{setup.Trial.Scenario.Name} ({machine.Configuration.Name})"
        : machine.Configuration.Name == Configuration.Default ? setup.Trial.Scenario.Name
        : $"{setup.Trial.Scenario.Name} with {machine.Configuration.Name}";
}

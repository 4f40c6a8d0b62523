using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>What a block left beside its stamps.</summary>
/// <param name="Lost">Events that the ring buffer lost.</param>
internal readonly record struct BlockRun(
    RunResult Run,
    int Exits,
    int Collections,
    int VoluntarySwitches,
    int InvoluntarySwitches,
    int StealTicks,
    long Lost
)
{
    /// <summary>From one exit to the next, with what lies between them.</summary>
    public double CyclesPerExit => (Run.EndTsc - Run.StartTsc) / (double)Exits;
}

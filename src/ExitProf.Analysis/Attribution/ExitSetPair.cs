using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The exits of one configuration and one set of events, those of preempted blocks apart.</summary>
/// <remarks>
/// While the vCPU thread is off its CPU the clock runs on, and one such exit can outweigh a block: its length says what another process
/// did. Traced and untraced blocks are left out by the same mark, which the scheduler sets and not the exit, so leaving them out does not
/// favour one side. They stay in the trace, and what they would have changed is said.
/// </remarks>
internal sealed class ExitSetPair(TraceHeader header, bool stages)
{
    public ExitSet Undisturbed { get; } = new(header, stages);

    public ExitSet Preempted { get; } = new(header, stages);

    /// <summary>Super-blocks that have exits on either side.</summary>
    public int Rounds => Undisturbed.RoundsWith(Preempted);

    /// <summary>Both; what has nothing to be merged with stays as it is, because histograms are large.</summary>
    public ExitSet Union() =>
        Preempted.IsEmpty ? Undisturbed
        : Undisturbed.IsEmpty ? Preempted
        : ExitSet.Union(header, stages, Undisturbed, Preempted);

    /// <summary>The exits of several vCPUs together.</summary>
    public static ExitSetPair Of(TraceHeader header, bool stages, IReadOnlyList<ExitSetPair> vcpus)
    {
        if (vcpus.Count == 1) return vcpus[0];
        var all = new ExitSetPair(header, stages);
        foreach (ExitSetPair vcpu in vcpus)
        {
            all.Undisturbed.Absorb(vcpu.Undisturbed);
            all.Preempted.Absorb(vcpu.Preempted);
        }
        return all;
    }
}

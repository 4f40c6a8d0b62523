using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The exits of one configuration and one set of events, those of preempted blocks apart.</summary>
/// <remarks>
/// While the vCPU thread is off its CPU the clock runs on, and one such exit can outweigh a block: its length says what another process did.
/// Traced and untraced blocks are left out by the same mark, which the scheduler sets and not the exit, so leaving them out does not favour one
/// side. They stay in the trace, and what they would have changed is said.
/// </remarks>
internal sealed class SeriesPair(TraceHeader header, bool stages)
{
    public Series Undisturbed { get; } = new(header, stages);

    public Series Preempted { get; } = new(header, stages);

    /// <summary>Super-blocks that have exits on either side.</summary>
    public int Rounds => Undisturbed.RoundsWith(Preempted);

    /// <summary>Both; what has nothing to be merged with stays as it is, because histograms are large.</summary>
    public Series Union() => Preempted.IsEmpty ? Undisturbed : Undisturbed.IsEmpty ? Preempted : Series.Union(header, stages, Undisturbed, Preempted);

    /// <summary>The exits of several vCPUs together.</summary>
    public static SeriesPair Of(TraceHeader header, bool stages, IReadOnlyList<SeriesPair> vcpus)
    {
        if (vcpus.Count == 1) return vcpus[0];
        var all = new SeriesPair(header, stages);
        foreach (SeriesPair vcpu in vcpus)
        {
            all.Undisturbed.Absorb(vcpu.Undisturbed);
            all.Preempted.Absorb(vcpu.Preempted);
        }
        return all;
    }
}

namespace ExitProf.Traces;

/// <summary>
/// 5 to 20 ms of exits under one configuration and one set of events: the unit of every comparison, because single exits are correlated.
/// </summary>
/// <param name="Index">From 0, in order of time.</param>
/// <param name="Configuration">Index into the header's configurations.</param>
/// <param name="Events">The event groups that were on; none makes the block untraced.</param>
/// <param name="Round">Super-blocks of one round (each event set once) are neighbours in time and are compared with each other.</param>
/// <param name="Calibration">True for the exits that only served to find the signature; they are kept and not used.</param>
/// <param name="StartTsc">When the block's first KVM_RUN was called.</param>
/// <param name="EndTsc">When its last one returned.</param>
/// <param name="Exits">How many exits follow.</param>
/// <param name="WarmUp">How many of them, the first ones, came right after a switch and are kept but not used.</param>
/// <param name="MedianCycles">Exact median of the total over the used exits with both ends, interpolated within its TSC tick; NaN if there
/// are none.</param>
/// <param name="Eintr">KVM_RUN calls that a signal interrupted.</param>
/// <param name="Collections">Garbage collections of the recorder during the block.</param>
/// <param name="VoluntarySwitches">Context switches of the vCPU thread in which it gave the CPU up.</param>
/// <param name="InvoluntarySwitches">Context switches in which it was taken off the CPU.</param>
/// <param name="StealTicks">Steal time of the CPU in the block, in USER_HZ ticks (10 ms).</param>
/// <param name="LostEvents">Events that the ring buffer overwrote or dropped.</param>
/// <param name="Quad">
/// Number of the quad that it belongs to: four neighbouring blocks with the same events on, two of each side, in the order ABBA or BAAB,
/// drawn. The sides are the configurations 0 (A) and 1 (B). -1 if it is of no quad.
/// </param>
/// <param name="Vcpu">
/// Whose exits they are. vCPUs that exit at once have a block each, which follow each other from 0 on: with the same configuration, events,
/// round and quad.
/// </param>
/// <param name="CoolDown">
/// How many of the exits, the last ones, ended when another vCPU had made all of its own already: they are kept but not used, because they
/// had the bus to themselves.
/// </param>
/// <param name="LeftOut">
/// An event that was off though its group was on: what it costs is the difference. <see cref="AllOn"/> if none was.
/// </param>
public sealed record Block(
    int Index,
    int Configuration,
    EventGroups Events,
    int Round,
    bool Calibration,
    ulong StartTsc,
    ulong EndTsc,
    int Exits,
    int WarmUp,
    double MedianCycles,
    int Eintr,
    int Collections,
    int VoluntarySwitches,
    int InvoluntarySwitches,
    int StealTicks,
    long LostEvents,
    int Quad = Block.NoQuad,
    int Vcpu = 0,
    int CoolDown = 0,
    Stamp LeftOut = Block.AllOn)
{
    /// <summary>No event is left out.</summary>
    public const Stamp AllOn = 0;

    public const int NoQuad = -1;

    /// <summary>Exits that count.</summary>
    public int Used => Exits - WarmUp - CoolDown;
}

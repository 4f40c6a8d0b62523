namespace ExitProf.Traces;

/// <summary>What an event of a traced exit adds to the untraced one, counted instruction by instruction in an emulated host.</summary>
/// <param name="Configuration">The index of the exit's configuration.</param>
/// <param name="Head">Instructions before the clock is read.</param>
/// <param name="Tail">Instructions from that reading on.</param>
public sealed record EventCost(int Configuration, Stamp Stamp, int Head, int Tail);

using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Which events are on in a super-block.</summary>
/// <param name="LeftOut">The stamp of one event of these groups that is off.</param>
internal readonly record struct EventChoice(EventGroups Groups, Stamp LeftOut = Block.AllOn);

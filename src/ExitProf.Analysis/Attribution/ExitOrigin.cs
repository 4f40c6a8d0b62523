using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>The exits of one port, address, MSR or leaf, or of one vCPU: how long they take, first stamp to last.</summary>
/// <param name="Sort">"port", "vCPU".</param>
/// <param name="Name">"0x510", "1".</param>
public sealed record ExitOrigin(string Sort, string Name, long Exits, ImmutableArray<CurvePoint> Curve);

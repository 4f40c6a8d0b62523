using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What exits that are added up together have in common.</summary>
/// <param name="BothEnds">True if the first and the last stamp are the ends of what was measured
/// (<see cref="StampNames.HasBothEnds"/>).</param>
/// <param name="Signature">Empty unless calibration found it to be the host's own: only then do all exits have the same steps.</param>
internal sealed record TallyKey(ExitKind Kind, Destination Destination, bool BothEnds, ImmutableArray<Stamp> Signature)
{
    /// <summary>What units of guest work consist of; zero for exits.</summary>
    public WorkUnit Unit { get; init; }

    /// <summary>The ends are the kernel's, as in recordings of foreign machines: what lies between them may be any exit.</summary>
    public bool ByKernel { get; init; }

    public bool Calibrated => !Signature.IsEmpty;

    public static TallyKey Of(ExitClass exitClass)
    {
        var signature = exitClass.Signature;
        return new TallyKey(exitClass.Kind, exitClass.Destination, signature.AsSpan().HasBothEnds(), exitClass.Calibrated ? signature : [])
        {
            ByKernel = signature.AsSpan().IsPairedByKernel(),
            Unit = exitClass.Kind == ExitKind.GuestWork ? WorkUnit.Of(exitClass.Subkey) : default,
        };
    }

    /// <summary>
    /// Whether exits with this key belong to the table of <paramref name="main"/>. An exit whose kind nobody knows does if the guest
    /// stamped both of its ends: then nothing but the scenario's own exit lies between them. Without guest stamps it may be anything.
    /// </summary>
    public bool BelongsTo(TallyKey main) => BothEnds == main.BothEnds
        && ((Kind == main.Kind && Destination == main.Destination) || (Kind == ExitKind.Unknown && !Calibrated && BothEnds && !ByKernel));

    public bool Equals(TallyKey? other) =>
        other is not null
        && (Kind, Destination, BothEnds, ByKernel, Unit) == (other.Kind, other.Destination, other.BothEnds, other.ByKernel, other.Unit)
        && Signature.AsSpan().SequenceEqual(other.Signature.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(Destination);
        hash.Add(BothEnds);
        foreach (Stamp stamp in Signature) hash.Add(stamp);
        return hash.ToHashCode();
    }
}

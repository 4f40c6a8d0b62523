using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>One row of the border table: all borders that exits of one kind can have, in order of time.</summary>
/// <param name="Borders">Every one may be missing on a given host; calibration finds out which are there.</param>
/// <param name="Absent">Stages that such an exit does not walk through.</param>
/// <param name="Emulated">True if KVM interprets the guest: the walk is then from decode to decode, and the rest of the guest's loop is no
/// part of it.</param>
public sealed record BorderRow(ImmutableArray<Border> Borders, ImmutableArray<Stage> Absent, bool Emulated = false)
{
    /// <summary>Why nothing of this kind is walked through the stages: there is a total only. Empty if it is walked.</summary>
    public string NotWalked { get; init; } = "";

    /// <summary>
    /// True if the instruction need not exit: where neither the kernel nor the VMM stamped anything, it did not, and there is no stage.
    /// </summary>
    public bool MayStayInside { get; init; }

    /// <summary>The row for exits that have these probes and no others.</summary>
    public BorderRow Given(ProbePairs probes)
    {
        ImmutableArray<Border> borders = [.. Borders.Where(b => (b.With & ~probes) == 0 && (b.Without & probes) == 0)];
        return this with { Borders = borders, Absent = [.. Absent.Where(s => !borders.Any(b => b.Opens == s))] };
    }
}

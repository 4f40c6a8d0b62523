using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// What exits add up to: sums, counts and a histogram. Rows of several traces with the same words are added up by the server.
/// </summary>
/// <param name="Kind">
/// "total" of a table (or, for an emulated guest, of its walk), "untraced", "empty-loop", "stage", "step" (of the stage before it),
/// "incomplete", "probe-indirect", "unattributed", "reason".
/// </param>
/// <param name="Position">Its place in the table, from 0.</param>
/// <param name="Name">A stage's, a step's or a reason's; else empty.</param>
public sealed record StateRow(string Kind, int Position, string Name)
{
    public const string Total = "total";
    public const string Untraced = "untraced";
    public const string EmptyLoop = "empty-loop";
    public const string Incomplete = "incomplete";
    public const string Stage = "stage";
    public const string Step = "step";
    public const string ProbeIndirect = "probe-indirect";
    public const string Unattributed = "unattributed";
    public const string Reason = "reason";

    /// <summary>Empty but for exits that have one.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>"native" or "emulated".</summary>
    public string Mode { get; init; } = "";

    /// <summary>A stage's group; of a step the stage that it is in.</summary>
    public string Group { get; init; } = "";

    /// <summary>"present", "absent" or "merged", of a stage.</summary>
    public string State { get; init; } = "";

    /// <summary>"exact" or "upper", of stages and steps.</summary>
    public string Bound { get; init; } = "";

    /// <summary>A reason's KVM_EXIT_*; empty if its exits do not reach user space.</summary>
    public string KvmExit { get; init; } = "";

    /// <summary>True of a reason whose exits reach user space.</summary>
    public bool Userspace { get; init; }

    /// <summary>True of a reason in which a vCPU waits for something to do.</summary>
    public bool IsHalt { get; init; }

    /// <summary>Exits of which <see cref="Sum"/> and the histogram are.</summary>
    public long Exits { get; init; }

    /// <summary>Exits of a reason, those without a duration too; those that are not complete; else as <see cref="Exits"/>.</summary>
    public long Count { get; init; }

    /// <summary>In the clock's unit, over all exits: whole numbers, exact up to 2^53.</summary>
    public double Sum { get; init; }

    /// <summary>What the events add to one exit; null where it is unknown.</summary>
    public double? Probe { get; init; }

    /// <summary>What a tick of the histogram is, in the clock's unit: its grain, but 1 for reasons.</summary>
    public int Tick { get; init; } = 1;

    /// <summary>In ticks; 0 without exits.</summary>
    public ulong Shortest { get; init; }

    public ulong Longest { get; init; }

    /// <summary>First values of buckets, ascending, in ticks: a bucket is 1 wide below 8,192 and from 2^n on 2^(n−12).</summary>
    public ImmutableArray<ulong> Values { get; init; } = [];

    /// <summary>Exits in each bucket.</summary>
    public ImmutableArray<ulong> Counts { get; init; } = [];
}

using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Why an exit's steps cannot be used.</summary>
internal static class IncompleteCause
{
    public const string Interrupted = "interrupted";
    public const string Lost = "lost";
    public const string Eintr = "eintr";
    public const string Unpaired = "unpaired";
    public const string OutOfOrder = "out-of-order";

    public static readonly IReadOnlyList<string> All = [Interrupted, Lost, Eintr, Unpaired, OutOfOrder];

    /// <param name="expected">The host's own signature of the exit; empty if there is none.</param>
    public static string Of(ReadOnlySpan<Stamp> signature, ReadOnlySpan<Stamp> expected, BlockFindings doubts)
    {
        if (doubts.HasFlag(BlockFindings.OutOfOrder)) return OutOfOrder;
        if (expected.IsEmpty) return Unpaired;
        Span<int> surplus = stackalloc int[byte.MaxValue + 1];
        surplus.Clear();
        foreach (Stamp stamp in signature) surplus[(int)stamp]++;
        foreach (Stamp stamp in expected) surplus[(int)stamp]--;

        (int returned, int called) = (surplus[(int)Stamp.RunReturned], surplus[(int)Stamp.RunCalled]);
        if (returned > 0 || called > 0) return Eintr;
        if ((returned < 0 || called < 0) && doubts.HasFlag(BlockFindings.Eintr)) return Eintr;
        if (surplus.ContainsAnyInRange(1, int.MaxValue)) return Interrupted;
        if (!surplus.ContainsAnyInRange(int.MinValue, -1)) return OutOfOrder;
        return doubts.HasFlag(BlockFindings.LostEvents) ? Lost : Unpaired;
    }

    public static FindingKind Finding(string cause) => cause switch
    {
        Interrupted => FindingKind.IncompleteInterrupted,
        Lost => FindingKind.IncompleteLost,
        Eintr => FindingKind.IncompleteEintr,
        Unpaired => FindingKind.IncompleteUnpaired,
        OutOfOrder => FindingKind.IncompleteOutOfOrder,
        _ => throw new ArgumentOutOfRangeException(nameof(cause)),
    };

    /// <summary>What happened to this number of exits, as the rest of a sentence.</summary>
    public static string Explain(string cause) => cause switch
    {
        Interrupted => "[have|has] more events than the host's own signature: something interrupted [them|it]",
        Lost => "[miss|misses] events in blocks in which the kernel lost some",
        Eintr => "[were|was] interrupted in KVM_RUN by a signal",
        Unpaired => "[miss|misses] events though the kernel lost none",
        OutOfOrder => "[have|has] stamps out of order",
        _ => throw new ArgumentOutOfRangeException(nameof(cause)),
    };
}

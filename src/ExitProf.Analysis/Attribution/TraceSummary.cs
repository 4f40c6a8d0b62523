using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Everything a report shows of one trace, as plain values: a pure function of the trace.</summary>
public sealed record TraceSummary(
    string File,
    TraceHeader Header,
    long Bytes,
    TracedCounts Traced,
    long UntracedExits,
    long LostEvents,
    int Blocks,
    ImmutableArray<ConfigurationSummary> Configurations,
    ImmutableArray<Finding> Findings)
{
    /// <summary>The verdict of the usual gate on two configurations that were interleaved in quads; null for any other trace.</summary>
    public ComparisonSummary? Verdict { get; init; }

    /// <summary>The exits of a foreign machine by reason; null of a trace of our own VMM.</summary>
    public ReasonTable? Reasons { get; init; }

    /// <summary>What the events cost, where that was counted instruction by instruction.</summary>
    public ImmutableArray<EventCost> EventCosts { get; init; } = [];

    /// <summary>When, by what and on what an emulated host ran; null of other traces, and of those of earlier writers.</summary>
    public OuterMachine? Outer { get; init; }

    /// <summary>Names what was recorded (<see cref="ContentIdentity"/>); empty where the clock is that of a real machine.</summary>
    public string Identity { get; init; } = "";

    /// <summary>When it was recorded: by the clock outside of an emulated host, where that is known.</summary>
    public DateTime RecordedUtc => Outer?.RecordedUtc ?? Header.StartUtc;

    /// <summary>Figures of tables that other tools printed.</summary>
    public ImmutableArray<TableFigure> Metrics { get; init; } = [];

    /// <summary>For the pictures over time; null unless it was asked for.</summary>
    public Timeline? Timeline { get; init; }
}

using System.Text.Json.Serialization;

namespace ExitProf.Benchmarks;

/// <summary>What came out against the target: told by the whole interval, not by its middle.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The whole interval is on the right side of the target.</summary>
    Met,

    /// <summary>The whole interval is on the wrong side.</summary>
    Missed,

    /// <summary>The target lies within the interval.</summary>
    Undecided,

    /// <summary>The row has no target of its own; it is there to be compared with.</summary>
    NoTarget,

    /// <summary>It could not be measured here.</summary>
    Skipped,
}

/// <summary>One line of the table.</summary>
/// <param name="Name">Of the benchmark, as given on the command line, and of its line where it has several.</param>
/// <param name="What">What is measured, in words.</param>
/// <param name="Peer">What it is measured against, in words; empty without one.</param>
/// <param name="Low">Of the 99 % interval; equal to the value for counts that are exact.</param>
/// <param name="AtLeast">True if the target is a least value, false if it is a most.</param>
/// <param name="Count">Pairs, rounds or passes behind the interval.</param>
/// <param name="Detail">The figures behind the value, or the sentence that says why there is none.</param>
/// <param name="Commit">Of the code that was measured.</param>
public sealed record BenchmarkRow(
    string Name,
    string What,
    string Peer,
    string Unit,
    double? Value,
    double? Low,
    double? High,
    double? Target,
    bool AtLeast,
    int Count,
    Verdict Verdict,
    string Detail,
    DateTime Utc = default,
    string Commit = "")
{
    public static BenchmarkRow Of(
        string name,
        string what,
        string peer,
        string unit,
        Estimate estimate,
        double? target,
        string detail,
        bool atLeast = false
    ) =>
        new(
            name,
            what,
            peer,
            unit,
            estimate.Value,
            estimate.Low,
            estimate.High,
            target,
            atLeast,
            estimate.Count,
            Judge(estimate, target, atLeast),
            detail
        );

    public static BenchmarkRow Skip(string name, string what, string peer, string unit, double? target, string why, bool atLeast = false) =>
        new(name, what, peer, unit, null, null, null, target, atLeast, 0, Verdict.Skipped, why);

    private static Verdict Judge(Estimate estimate, double? target, bool atLeast)
    {
        if (target is not { } limit) return Verdict.NoTarget;
        if (atLeast ? estimate.Low >= limit : estimate.High <= limit) return Verdict.Met;
        return (atLeast ? estimate.High < limit : estimate.Low > limit) ? Verdict.Missed : Verdict.Undecided;
    }
}

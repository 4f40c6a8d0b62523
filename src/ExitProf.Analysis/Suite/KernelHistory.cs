using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The same experiments on one kernel after the other, in instructions.</summary>
/// <param name="Kernels">In the order of the history.</param>
/// <param name="Rows">One for each experiment.</param>
public sealed record KernelHistory(ImmutableArray<HistoryKernel> Kernels, ImmutableArray<HistoryRow> Rows);

/// <summary>A kernel of a history.</summary>
/// <param name="Asked">As it was named: "debian:trixie/6.12.107".</param>
/// <param name="Suite">The distribution's suite that it was built for, and with it compiler and configuration; empty if not known.</param>
/// <param name="Version">"6.12.107", as the kernel's developers number it.</param>
/// <param name="Release">"6.12.107+deb13-cloud-amd64".</param>
/// <param name="Origin">The package or the path that it is from.</param>
/// <param name="Files">What was booted and loaded, with its SHA-256.</param>
public sealed record HistoryKernel(
    string Asked, string Suite, string Version, string Release, string Origin, ImmutableArray<Fact> Files)
{
    /// <summary>What KVM ran on.</summary>
    public Backend Backend { get; init; } = Backend.Svm;

    /// <summary>"6.12.107 (trixie)".</summary>
    public string Name => Suite.Length > 0 ? $"{Version} ({Suite})" : Version;
}

/// <summary>One experiment on every kernel.</summary>
/// <param name="Cells">One for each kernel.</param>
public sealed record HistoryRow(string Scenario, string Kind, ImmutableArray<HistoryCell> Cells)
{
    /// <summary>Boots of the same code may differ by so much, and each kernel was booted once.</summary>
    public const double BootNoise = 2;

    /// <summary>The names of all stages that any kernel has, in the order of an exit.</summary>
    public ImmutableArray<string> Stages =>
    [
        .. Cells.SelectMany(c => c.Stages).DistinctBy(s => s.Name).OrderBy(s => s.First).ThenBy(s => s.Name.Length).Select(s => s.Name),
    ];

    /// <summary>Where a count differs from that of the kernel before by more than boots do; by the index of the later kernel.</summary>
    public IEnumerable<(int Before, int After, double Shift)> Changes
    {
        get
        {
            int? before = null;
            for (int i = 0; i < Cells.Length; i++)
            {
                if (!double.IsFinite(Cells[i].Count)) continue;
                if (before is { } b && Math.Abs(Cells[i].Count - Cells[b].Count) > BootNoise)
                    yield return (b, i, Cells[i].Count - Cells[b].Count);
                before = i;
            }
        }
    }
}

/// <summary>An experiment on one kernel.</summary>
/// <param name="Count">Instructions of the most frequent untraced exit; NaN if there is none.</param>
/// <param name="Reason">Why there is none; empty if there is.</param>
public sealed record HistoryCell(double Count, string Reason, ImmutableArray<HistoryStage> Stages)
{
    public static HistoryCell None(string reason) => new(double.NaN, reason, []);

    /// <summary>Takes the first configuration of a trace in instructions.</summary>
    public static HistoryCell Of(TraceSummary trace)
    {
        if (trace.Header.Clock.IsTime) return None("it is not in instructions");
        if (trace.Configurations.FirstOrDefault() is not { Untraced: { } untraced } c) return None("it has no untraced exit");
        return new HistoryCell(untraced.Mean.Mean, "", [.. c.Stages.Where(s => s.State != StageState.Absent)
            .Select(s => new HistoryStage(s.Name, (int)s.Stages[0], s.Corrected.Mean))]);
    }
}

/// <param name="First">Its place in an exit.</param>
/// <param name="Instructions">Without what its events cost.</param>
public sealed record HistoryStage(string Name, int First, double Instructions);

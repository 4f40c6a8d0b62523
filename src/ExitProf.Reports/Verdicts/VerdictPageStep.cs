using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What a verdict says of a step.</summary>
public sealed class VerdictPageStep
{
    internal VerdictPageStep(ComparedRow row, ComparedStep step)
    {
        Compared = step;
        IReadOnlyList<string> cells = VerdictSentences.StepCells(row, step);
        Figures = [.. cells.SkipLast(1)];
        Words = cells[^1];
    }

    public ComparedStep Compared { get; }

    /// <summary>The cells below <see cref="VerdictPageRow.StageHeads"/>.</summary>
    public ImmutableArray<string> Figures { get; }

    public string Words { get; }
}

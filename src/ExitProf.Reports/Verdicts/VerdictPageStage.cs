using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What a verdict says of one stage, and of those of its steps that are shown.</summary>
public sealed class VerdictPageStage
{
    internal VerdictPageStage(ComparedRow row, ComparedStage stage)
    {
        Compared = stage;
        IReadOnlyList<string> cells = VerdictSentences.StageCells(row, stage);
        Figures = [.. cells.SkipLast(1)];
        Words = cells[^1];
        Steps = [.. VerdictSentences.ShownSteps(stage).Select(s => new VerdictPageStep(row, s))];
        if (stage.Shift is not { } shift) return;
        string reach = VerdictSentences.IsExact(shift)
            ? "exact"
            : $"{VerdictSentences.Confidence(shift.Confidence)} interval {cells[3]}";
        Sentence = $"{Words}: {cells[0]} -> {cells[1]} {VerdictSentences.Unit(row)}, {cells[2]} ({reach})";
    }

    public ComparedStage Compared { get; }

    /// <summary>The cells below <see cref="VerdictPageRow.StageHeads"/>.</summary>
    public ImmutableArray<string> Figures { get; }

    /// <summary>Empty for a stage that is absent.</summary>
    public string Words { get; }

    /// <summary>The whole line as a sentence; empty for a stage that is absent.</summary>
    public string Sentence { get; } = "";

    public ImmutableArray<VerdictPageStep> Steps { get; }
}

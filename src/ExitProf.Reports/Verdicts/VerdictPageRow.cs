using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What a verdict says of one comparison: a line of its table, and the stages below.</summary>
public sealed class VerdictPageRow
{
    internal VerdictPageRow(ComparisonSummary comparison, ComparedRow row)
    {
        Compared = row;
        JudgedShift t = row.Total;
        string unit = VerdictSentences.Unit(row);
        Name = VerdictSentences.Name(row);
        What = Name + (unit.Length > 0 ? $" ({unit})" : "");
        Words = VerdictSentences.Words(t);
        Figures =
        [
            VerdictSentences.Count(row),
            VerdictSentences.Value(row, t.Base),
            VerdictSentences.Value(row, t.New),
            VerdictSentences.Absolute(row),
            VerdictSentences.Percent(t.Percent.Value),
            .. VerdictSentences.IntervalCells(comparison, row),
        ];
        Tail = TailSentences.Of(row);
        Gains = [.. GainSentences.Sentences(row)];
        string figures = $"{VerdictSentences.Value(row, t.Base)} -> {VerdictSentences.Value(row, t.New)} {unit}".TrimEnd();
        Sentence = $"{Words}: {figures}, {VerdictSentences.Shift(row, t)}{(t.DecidedByTail ? " " + Tail : "")}";
        if (!VerdictSentences.HasStages(row)) return;
        StagesCaption = VerdictSentences.StagesOf(row);
        StepsNote = VerdictSentences.StepsOf(row);
        Stages = [.. row.Stages.Select(s => new VerdictPageStage(row, s))];
    }

    public ComparedRow Compared { get; }

    public string Name { get; }

    /// <summary>The name with the unit of the figures.</summary>
    public string What { get; }

    /// <summary>The cells below <see cref="VerdictPage.Heads"/>.</summary>
    public ImmutableArray<string> Figures { get; }

    /// <summary>"worse (beyond margin)".</summary>
    public string Words { get; }

    /// <summary>The whole line as a sentence.</summary>
    public string Sentence { get; }

    /// <summary>Empty where there is nothing to say of it.</summary>
    public string Tail { get; }

    /// <summary>None where the VMM's work was not compared.</summary>
    public ImmutableArray<string> Gains { get; }

    /// <summary>The heads of the columns of figures of <see cref="Stages"/>.</summary>
    public static ImmutableArray<string> StageHeads { get; } = ["base", "new", "shift", "interval"];

    /// <summary>Empty if no stage was compared, with what belongs to them.</summary>
    public ImmutableArray<VerdictPageStage> Stages { get; } = [];

    public string StagesCaption { get; } = "";

    /// <summary>Under a table that has steps; empty if there are none.</summary>
    public string StepsNote { get; } = "";
}

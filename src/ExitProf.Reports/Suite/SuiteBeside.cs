using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A published figure and ours of the same thing: only where text and recording name it alike and the unit is one.</summary>
/// <param name="Of">What both are of; empty if there is one only.</param>
internal sealed record SuiteBeside(string Of, string Published, string Here)
{
    private const int Most = 3;

    public static IReadOnlyList<SuiteBeside> Read(SuiteRow row, SuiteSummary suite)
    {
        if (row.Trace is not { } trace || !suite.HasFigures) return [];
        IReadOnlyList<SuiteAnswer> answers = SuiteSentence.Shown(row, suite);
        var pairs = new List<SuiteBeside>();
        foreach (PublishedFigure figure in row.Published)
        {
            if (row.Run.Question is SuiteQuestion.Stages && figure.Unit == "cycles") pairs.AddRange(Whole(figure, trace));
            else pairs.AddRange(figure.Values.Select(v => Pair(figure, v, answers, suite.Unit)).OfType<SuiteBeside>());
        }
        return [.. pairs.Take(Most)];
    }

    /// <summary>The first figure that answers the row's question, where the text has none of the same thing.</summary>
    public static IEnumerable<string> Headline(SuiteRow row, SuiteSummary suite)
    {
        if (!suite.HasFigures) yield break;
        IReadOnlyList<SuiteAnswer> answers = SuiteSentence.Shown(row, suite);
        if (answers.FirstOrDefault(a => a.Quantity is not (SuiteQuantity.Stage or SuiteQuantity.Events)) is not { } first) yield break;
        if (first.Quantity is SuiteQuantity.Slope or SuiteQuantity.UserspaceSlope && !SuiteSentence.IsLine(first))
        {
            yield return "no straight line";
            yield break;
        }
        yield return SuiteText.Value(first) + first.Quantity switch
        {
            SuiteQuantity.Cost or SuiteQuantity.Difference or SuiteQuantity.UserspaceDifference => " " + suite.Unit,
            SuiteQuantity.Slope or SuiteQuantity.UserspaceSlope or SuiteQuantity.SlopePerDoubling => $" {suite.Unit} each",
            SuiteQuantity.Ratio => " times",
            SuiteQuantity.Against => " times less",
            SuiteQuantity.Work => " M instr/s",
            _ => "",
        };
    }

    /// <summary>The text counts up to the end of each stage: its last figure is the whole exit.</summary>
    private static IEnumerable<SuiteBeside> Whole(PublishedFigure figure, TraceSummary trace)
    {
        if (Subject.Of([trace]) is not [{ } subject, ..] || figure.Values.Length == 0) yield break;
        yield return new SuiteBeside(
            "the whole exit", $"{figure.Values[^1].Value:#,0.##} cycles", $"{Figures.Cycles(subject.Cost)} {subject.Unit}");
    }

    private static SuiteBeside? Pair(PublishedFigure figure, PublishedValue value, IReadOnlyList<SuiteAnswer> answers, string unit)
    {
        SuiteAnswer? own = figure.Unit switch
        {
            "cycles" when value.Of.Length > 0 =>
                answers.FirstOrDefault(a => a.Quantity is SuiteQuantity.Cost or SuiteQuantity.Stage && a.Of == value.Of),
            "cycles" => Only(answers, SuiteQuantity.Difference) ?? Only(answers, SuiteQuantity.Cost),
            "times" => Only(answers, SuiteQuantity.Ratio) ?? answers.FirstOrDefault(a => a.Quantity == SuiteQuantity.Ratio),
            _ => null,
        };
        if (own is null) return null;
        string text = $"{value.Value:#,0.##}{(value.High is { } high ? $" to {high:#,0.##}" : "")} {figure.Unit}";
        string of = value.Of.Length > 0 ? value.Of : own.Quantity is SuiteQuantity.Ratio or SuiteQuantity.Difference ? own.Of : "";
        string here = figure.Unit == "cycles" ? unit : figure.Unit;
        return new SuiteBeside(VisibleText.Of(of), VisibleText.Of(text), $"{SuiteText.Value(own)} {here}");
    }

    private static SuiteAnswer? Only(IEnumerable<SuiteAnswer> answers, SuiteQuantity quantity) =>
        answers.Where(a => a.Quantity == quantity).ToList() is [var only] ? only : null;
}

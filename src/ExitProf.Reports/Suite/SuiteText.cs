using ExitProf.Analysis;
using ExitProf.Traces;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The suite for a terminal or a pipe.</summary>
public static class SuiteText
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);

    /// <param name="everyRow">Whether each row is told, with its published figures; else what came of how many.</param>
    public static void Write(
        TextWriter writer, SuiteSummary suite, int width = TextPage.DefaultWidth, bool colour = false, bool everyRow = true) =>
        TextPage.Write(
            writer,
            width,
            colour,
            page =>
            {
                foreach (string line in Introduction(suite))
                    page.Line(line);
                if (!everyRow) page.Blank();
                foreach (var outcome in everyRow ? [] : Outcomes(suite))
                    page.Line($"{outcome.Value,4} {outcome.Key}");
                foreach (SuiteRow row in everyRow ? [] : suite.Rows)
                {
                    foreach (Finding finding in FindingsText.Grave(row.Trace?.Findings ?? []))
                        page.Line($"{row.Command}: {finding.Severity.Name()}: {finding.Text}");
                }
                foreach (SuiteRow row in everyRow ? suite.Rows : [])
                {
                    page.Blank();
                    page.Line(row.Command + (row.Emulated ? " (emulated guest)" : ""), Strong);
                    foreach (PublishedFigure figure in row.Published)
                        page.Line($"{figure.Source}, {figure.Measured}: {SuiteSentence.Values(figure)}", Faint);
                    page.Line(SuiteSentence.Of(row, suite));
                    FindingsText.WriteLines(page, row.Trace?.Findings ?? []);
                }
            }
        );

    /// <summary>"45 experiments: a difference 21 times, a cost 9 times": what came of all of them.</summary>
    internal static string Result(SuiteSummary suite) =>
        $"{Figures.Count(suite.Rows.Length, "experiment")}: "
        + string.Join(", ", Outcomes(suite).Select(o => o.Value == 1 ? $"{o.Key} once" : $"{o.Key} {o.Value} times")) + ".";

    /// <summary>How many rows came to what, the most frequent first.</summary>
    internal static IEnumerable<KeyValuePair<string, int>> Outcomes(SuiteSummary suite) =>
        suite.Rows.CountBy(r => SuiteOutcome.Of(r, suite)).OrderByDescending(o => o.Value).ThenBy(o => o.Key, StringComparer.Ordinal);

    /// <summary>What stands above the rows.</summary>
    internal static IEnumerable<string> Introduction(SuiteSummary suite)
    {
        int absent = suite.Rows.Count(r => r.Trace == null), emulated = suite.Rows.Count(r => r.Emulated);
        if (suite.Traces.FirstOrDefault() is { } any)
        {
            string machine = string.Join(
                ", ",
                new[]
                {
                    TraceSentences.HostFact(any, "cpu"),
                    TraceSentences.HostFact(any, "kernel") is { } kernel ? "Linux " + kernel : null,
                    "KVM back-end " + any.Header.Backend.Name(),
                }.OfType<string>()
            );
            yield return $"{machine}; {any.RecordedUtc:yyyy-MM-dd}.";
        }
        string ended = suite.Interrupted ? " The suite was ended before the last one." : "";
        yield return $"{suite.Rows.Length} recordings in {suite.Seconds:0} s; {emulated} of guests that KVM interpreted, "
            + $"{absent} that could not be made here.{ended}";
        if (suite.HasFigures)
            yield return suite.InInstructions
                ? $"{TraceSentences.SoftwareCpu}. Figures are those of the most frequent exit of each configuration."
                : "Differences, ratios and lines are those of typical exits: of the medians of rounds in which the configurations of a recording took turns; those of the VMM's own stage are of means.";
        if (suite.Quick)
            yield return "A quick suite: a few exits of each experiment, to see that it works. It has no figures.";
        else if (suite.HostEmulated)
            yield return "This host is itself emulated: its cycles are no result, and none is shown.";
    }

    internal static string Name(SuiteAnswer result, string unit) => result.Quantity switch
    {
        SuiteQuantity.Cost => $"{unit} of one",
        SuiteQuantity.Stage => "stage, corrected",
        SuiteQuantity.Events => "events of one exit",
        SuiteQuantity.Slope => $"{unit} for each one more",
        SuiteQuantity.UserspaceSlope => $"{unit} of userspace for each one more",
        SuiteQuantity.SlopePerDoubling => $"{unit} for each doubling",
        SuiteQuantity.Difference => $"{unit} more than the first",
        SuiteQuantity.UserspaceDifference => $"{unit} of userspace more than the first",
        SuiteQuantity.Ratio => "times the first",
        SuiteQuantity.Sameness => "relative to the first",
        SuiteQuantity.Against => "times less than the other",
        _ => "million instructions a second",
    };

    internal static string Value(SuiteAnswer result) => result.Quantity switch
    {
        SuiteQuantity.Cost or SuiteQuantity.Stage => Figures.Interval(result.Value),
        SuiteQuantity.Events => result.Value.Mean.ToString("0.00"),
        SuiteQuantity.Difference or SuiteQuantity.UserspaceDifference => Figures.Shift(result.Value),
        SuiteQuantity.Sameness => $"{Figures.Share(result.Value.Mean)} ± {Figures.Share(Figures.HalfWidth(result.Value))}",
        SuiteQuantity.Slope or SuiteQuantity.UserspaceSlope or SuiteQuantity.SlopePerDoubling when !SlopeSentences.IsProven(result.Value) =>
            SlopeSentences.AtMost(result.Value),
        _ => SlopeSentences.Fine(result.Value),
    };

    internal static string Tail(SuiteAnswer result) => double.IsFinite(result.P99) ? Figures.Cycles(result.P99) : "";
}

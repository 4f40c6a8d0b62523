using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What came of a row in a word or two, to look through the table by.</summary>
internal static class SuiteOutcome
{
    private const string Different = "a difference", Same = "the same", Open = "cannot tell";

    public static string Of(SuiteRow row, SuiteSummary suite)
    {
        if (row.Trace is null) return "not recorded";
        if (!suite.HasFigures) return "works";
        IReadOnlyList<SuiteAnswer> answers = SuiteAnswers.Read(row, suite.Rows);
        string[] words = [.. answers.Select(Word).OfType<string>().Distinct()];
        if (words.Contains(Different)) return Different;
        if (words.Contains(Open)) return Open;
        if (words.Contains(Same)) return Same;
        return answers.Count == 0 ? Open : "a cost";
    }

    /// <returns>Null for a figure that is compared with nothing.</returns>
    private static string? Word(SuiteAnswer answer) => answer.Quantity switch
    {
        SuiteQuantity.Sameness => answer.Value.Low >= -answer.Share && answer.Value.High <= answer.Share ? Same
            : answer.Value.Low > answer.Share || answer.Value.High < -answer.Share ? Different
            : Open,
        SuiteQuantity.Difference or SuiteQuantity.UserspaceDifference => Excludes(answer.Value, 0),
        SuiteQuantity.Slope or SuiteQuantity.UserspaceSlope or SuiteQuantity.SlopePerDoubling => Excludes(answer.Value, 0),
        SuiteQuantity.Ratio => Excludes(answer.Value, 1),
        _ => null,
    };

    private static string? Excludes(Estimate value, double none) =>
        !double.IsFinite(value.Low) || !double.IsFinite(value.High) ? null : value.Low > none || value.High < none ? Different : Open;
}
